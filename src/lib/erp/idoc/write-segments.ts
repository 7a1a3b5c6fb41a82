import {escapeXml, findUnfitForXml} from '#lib/kernel/xml.js'
import {plainNumber} from '#lib/erp/http/plain-number.js'

/** The XML of segments, or what cannot be written and where it stands. */
export type Written = {readonly ok: true; readonly xml: string} | {readonly ok: false; readonly problem: string}

/**
 * Writes segments as SAP's IDoc XML has them. An object is a segment, a list
 * stands for its repetitions, anything else is a field. A segment's fields go
 * before the segments inside it, whatever the order they were given in.
 */
export function writeSegments(segments: Readonly<Record<string, unknown>>): Written {
  return join(Object.entries(segments).map(([name, value]) => writeRepeated(name, value, name)))
}

/** One field; nothing for a value that is not there. */
export function writeField(name: string, value: unknown, path: string): Written {
  if (value === undefined || value === null) return nothing
  const text = textOf(value)
  if (text === undefined) return {ok: false, problem: `${path} is neither a text, a number nor a truth value`}
  const unfit = findUnfitForXml(text)
  if (unfit !== undefined) {
    const code = (unfit.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    return {ok: false, problem: `${path} holds U+${code}, which XML cannot carry`}
  }
  return named(name, path, (tag) => `<${tag}>${escapeXml(text)}</${tag}>`)
}

function writeRepeated(name: string, value: unknown, path: string): Written {
  if (value === undefined || value === null) return nothing
  if (Array.isArray(value)) {
    return join(value.map((one: unknown, index) => writeSegment(name, one, `${path}[${index}]`)))
  }
  return writeSegment(name, value, path)
}

function writeSegment(name: string, value: unknown, path: string): Written {
  if (!isObject(value)) return {ok: false, problem: `${path} is no segment: an object with its fields is expected`}
  const entries = Object.entries(value)
  const fields = entries.filter(([, content]) => !isNested(content))
  const nested = entries.filter(([, content]) => isNested(content))
  const inner = join([
    ...fields.map(([field, content]) => writeField(field, content, `${path}.${field}`)),
    ...nested.map(([segment, content]) => writeRepeated(segment, content, `${path}.${segment}`)),
  ])
  return inner.ok ? named(name, path, (tag) => `<${tag} SEGMENT="1">${inner.xml}</${tag}>`) : inner
}

/** A name of ABAP as XML has it: the slashes of a namespace are no letters there. */
function named(name: string, path: string, write: (tag: string) => string): Written {
  if (!abapName.test(name)) return {ok: false, problem: `${path} has a name that no segment or field can have`}
  return {ok: true, xml: write(name.replaceAll('/', '_-'))}
}

/** ABAP has no numbers and truth values in an IDoc, only characters. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return plainNumber(value)
  return typeof value === 'boolean' ? (value ? 'X' : '') : undefined
}

/** The parts behind each other, or the first problem. */
export function join(parts: readonly Written[]): Written {
  const failed = parts.find((part) => !part.ok)
  return failed ?? {ok: true, xml: parts.map((part) => (part.ok ? part.xml : '')).join('')}
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isNested(value) && !Array.isArray(value)
}

const nothing: Written = {ok: true, xml: ''}
const abapName = /^(\/[A-Z0-9_]{1,10}\/)?[A-Z][A-Z0-9_]{0,29}$/
