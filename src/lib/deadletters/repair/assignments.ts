import type {Operation} from 'fast-json-patch'
import {applyPatch, type Corrected} from './json-patch.js'
import {pointerOf, readPath, readPointer} from './pointer.js'

/** One value that a person wants elsewhere than it is. */
export type Assignment =
  | {readonly kind: 'set'; readonly path: string; readonly value: unknown}
  | {readonly kind: 'unset'; readonly path: string}

/** Reads `path=value`: the value is JSON if it can be read so, else it is text. */
export function readAssignment(text: string): Assignment | undefined {
  const at = text.indexOf('=')
  if (at < 1) return undefined
  return {kind: 'set', path: text.slice(0, at), value: jsonOrText(text.slice(at + 1))}
}

/** The document with values put in, replaced and taken away, one after the other. */
export function assign(document: unknown, assignments: readonly Assignment[]): Corrected {
  let current = document
  for (const assignment of assignments) {
    const corrected = applyPatch(current, [operationFor(current, assignment)])
    if (!corrected.ok) return {ok: false, why: `${assignment.path} cannot be ${assignment.kind}: ${corrected.why}`}
    current = corrected.document
  }
  return {ok: true, document: current}
}

function operationFor(document: unknown, assignment: Assignment): Operation {
  const path = pointerOf(readPath(assignment.path))
  switch (assignment.kind) {
    case 'unset':
      return {op: 'remove', path}
    case 'set':
      // To add where something stands moves it along in a list; to replace where nothing stands is refused.
      return {op: readPointer(document, path).found ? 'replace' : 'add', path, value: assignment.value}
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
