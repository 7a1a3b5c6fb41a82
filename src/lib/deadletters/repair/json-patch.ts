import fastJsonPatch, {type Operation} from 'fast-json-patch'
import {z} from 'zod'
import {maskPersonal, type PersonalFields} from '#lib/kernel/personal-fields.js'
import {readPointer} from './pointer.js'

/** A correction as JSON Patch (RFC 6902). */
export type JsonPatch = readonly Operation[]

/** A document after a correction, or why it cannot be corrected so. */
export type Corrected = {readonly ok: true; readonly document: unknown} | {readonly ok: false; readonly why: string}

/** One place at which two documents differ; `undefined` where one of them has nothing. */
export interface Difference {
  /** JSON pointer to the place. */
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
}

/** Reads a JSON Patch, or says which operation is none. */
export function readPatch(value: unknown): JsonPatch | {readonly problem: string} {
  const parsed = z.array(operation).min(1).safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const [index, ...rest] = issue?.path ?? []
  const place =
    typeof index === 'number' ? `operation ${index + 1}${rest.map((name) => `, ${String(name)}`).join('')}: ` : ''
  return {problem: `${place}${issue?.message ?? 'is not valid'}`}
}

/** The document with all operations of a patch carried out, or none of them. The document itself stays as it is. */
export function applyPatch(document: unknown, patch: JsonPatch): Corrected {
  let current: unknown = structuredClone(document)
  for (const [index, step] of patch.entries()) {
    try {
      // The library puts a patch's own values into the document, which later operations would then change.
      current = fastJsonPatch.applyOperation(current, structuredClone(step), true, true).newDocument
    } catch (error) {
      return {ok: false, why: `operation ${index + 1} (${step.op} ${step.path}): ${reasonOf(error)}`}
    }
  }
  return {ok: true, document: current}
}

/** What leads from one document to the other. */
export function patchBetween(before: unknown, after: unknown): JsonPatch {
  if (isTree(before) && isTree(after) && Array.isArray(before) === Array.isArray(after)) {
    return fastJsonPatch.compare(before, after)
  }
  return Object.is(before, after) ? [] : [{op: 'replace', path: '', value: after}]
}

/** Where two documents differ, in the order of the places, with values that are for everybody's eyes. */
export function differencesBetween(before: unknown, after: unknown, fields: PersonalFields): readonly Difference[] {
  const masked = {before: maskPersonal(before, fields).document, after: maskPersonal(after, fields).document}
  return patchBetween(before, after)
    .map(({path}) => ({
      path,
      ...(readPointer(before, path).found ? {before: shown(masked.before, path)} : {}),
      ...(readPointer(after, path).found ? {after: shown(masked.after, path)} : {}),
    }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** What is masked as a whole has no places in it any more. */
function shown(masked: unknown, path: string): unknown {
  const place = readPointer(masked, path)
  return place.found ? place.value : '***'
}

/** By the name of the failure: its text holds the whole document. */
function reasonOf(error: unknown): string {
  const name = error instanceof fastJsonPatch.JsonPatchError ? error.name : ''
  return reasons.get(name) ?? 'cannot be carried out'
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

const path = z.string().regex(/^(?:\/(?:[^~]|~[01])*)?$/, 'must be a JSON pointer such as /items/0/sku')
const value = z.json()
const operation = z.discriminatedUnion('op', [
  z.object({op: z.literal('add'), path, value}),
  z.object({op: z.literal('replace'), path, value}),
  z.object({op: z.literal('test'), path, value}),
  z.object({op: z.literal('remove'), path}),
  z.object({op: z.literal('move'), path, from: path}),
  z.object({op: z.literal('copy'), path, from: path}),
])

const reasons: ReadonlyMap<string, string> = new Map([
  ['TEST_OPERATION_FAILED', 'the value there is another one'],
  ['OPERATION_PATH_UNRESOLVABLE', 'there is nothing at this place'],
  ['OPERATION_FROM_UNRESOLVABLE', 'there is nothing at the place it takes from'],
  ['OPERATION_PATH_CANNOT_ADD', 'there is nothing to add it to'],
  ['OPERATION_PATH_ILLEGAL_ARRAY_INDEX', 'a place in a list is a number, or - for its end'],
  ['OPERATION_VALUE_OUT_OF_BOUNDS', 'the list is not that long'],
])
