import {readFile} from 'node:fs/promises'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Failure} from '#lib/kernel/failure.js'
import {compileProgram, mappingFailure, type Program, type SyntaxProblem} from './jsonata.js'

/** SAP's body made of our document, or why there is none. */
export type MappingOutcome =
  | {readonly ok: true; readonly body: Readonly<Record<string, unknown>>}
  | {readonly ok: false; readonly failure: Failure}

/** The compiled mapping of an operation, made of one file or of several. */
export interface Mapping {
  /** Turns one message's document into SAP's body. */
  readonly apply: (document: unknown) => Promise<MappingOutcome>
}

/**
 * Reads and compiles a mapping: a file with one JSONata expression whose
 * result is SAP's body.
 *
 * @throws ErpSyncError 78 naming the file, and line and column of a syntax error.
 */
export async function compileMapping(path: string): Promise<Mapping> {
  const source = await readMapping(path)
  const program = compileProgram(source)
  if (typeof program !== 'function') throw syntaxError(path, source, program)
  return {apply: (document) => apply(program, document)}
}

async function readMapping(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ErpSyncError(`The mapping ${path} cannot be read (${errorCode(error) ?? 'unknown error'}).`, {
      code: 'mapping_unreadable',
      exitCode: exitCodes.configuration,
      hint: 'The flow names it under operation, relative to the configuration file.',
      cause: error,
    })
  }
}

async function apply(program: Program, document: unknown): Promise<MappingOutcome> {
  const evaluation = await program(document)
  if (!evaluation.ok) return evaluation
  const {result} = evaluation
  if (isObject(result)) return {ok: true, body: result}
  return {ok: false, failure: mappingFailure('not_an_object', `The mapping gave ${nameType(result)}, not an object.`)}
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nameType(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}

function syntaxError(path: string, source: string, {message, position}: SyntaxProblem): ErpSyncError {
  const before = source.slice(0, position).split('\n')
  const place = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
  return new ErpSyncError(`${path}:${place} is not a JSONata expression: ${message}`, {
    code: 'mapping_invalid',
    exitCode: exitCodes.configuration,
    hint: 'https://try.jsonata.org runs an expression over a sample.',
  })
}
