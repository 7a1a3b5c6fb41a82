import {SaxesParser} from 'saxes'

/** An element of a document, with its names resolved. Comments and processing instructions are left out. */
export interface XmlElement {
  /** Without prefix. */
  readonly name: string
  /** Empty if there is none. */
  readonly namespace: string
  /** The text directly inside it, that of its children not included. */
  readonly text: string
  readonly children: readonly XmlElement[]
}

/**
 * Reads a document; undefined if it is not well-formed. Entities of a DTD are
 * not expanded, so no document can swell or reach for files.
 */
export function readXml(source: string): XmlElement | undefined {
  const parser = new SaxesParser({xmlns: true})
  const open: Growing[] = [{name: '', namespace: '', text: '', children: []}]
  parser.on('opentag', ({local, uri}) => {
    open.push({name: local, namespace: uri, text: '', children: []})
  })
  const append = (text: string): void => {
    const inner = open.at(-1)
    if (inner !== undefined) inner.text += text
  }
  parser.on('text', append)
  parser.on('cdata', append)
  parser.on('closetag', () => {
    const closed = open.pop()
    if (closed !== undefined) open.at(-1)?.children.push(closed)
  })
  try {
    parser.write(source).close()
  } catch {
    return undefined
  }
  return open[0]?.children[0]
}

interface Growing extends XmlElement {
  text: string
  readonly children: Growing[]
}

/** A text as the content of an element. A carriage return that stood bare would be read as a line feed. */
export function escapeXml(text: string): string {
  return text.replaceAll(/[&<>\r]/g, (character) => escapes[character] ?? character)
}

/** The first character that XML 1.0 cannot carry, not even escaped; undefined if all of them can stand. */
export function findUnfitForXml(text: string): string | undefined {
  return unfit.exec(text)?.[0]
}

const escapes: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;'}

const unfit = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u
