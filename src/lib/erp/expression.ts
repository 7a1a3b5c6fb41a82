import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Failure} from '#lib/kernel/failure.js'
import {compileProgram, mappingFailure, type Program} from './jsonata.js'

/** The text an expression finds in a document; undefined if the document has none. */
export type TextOutcome =
  {readonly ok: true; readonly text: string | undefined} | {readonly ok: false; readonly failure: Failure}

/** A compiled `key`, `version` or `idempotencyKey` of a flow. */
export interface Expression {
  readonly source: string
  readonly evaluate: (document: unknown) => Promise<TextOutcome>
}

/**
 * Compiles an expression that finds one piece of text in a document. A number
 * counts as its digits, an empty text as none.
 *
 * @throws ErpSyncError 78 with the place of a syntax error.
 */
export function compileExpression(source: string): Expression {
  const program = requireProgram(source)
  const name = propertyName(source)
  return {
    source,
    evaluate: async (document) => plainText(document, name) ?? evaluate(program, source, document),
  }
}

/** The property that an expression is the name of, as most keys and versions are. */
function propertyName(source: string): string | undefined {
  return /^[a-z_]\w*$/i.test(source) && !['true', 'false', 'null', 'function'].includes(source) ? source : undefined
}

/** What the language would find too, in a fraction of the time; undefined where it has to be asked. */
function plainText(document: unknown, name: string | undefined): TextOutcome | undefined {
  if (name === undefined || !isRecord(document) || !Object.hasOwn(document, name)) return undefined
  const value = document[name]
  const isText = (typeof value === 'string' && value !== '') || Number.isFinite(value)
  return isText ? {ok: true, text: String(value)} : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Compiles an expression that stands in the configuration itself.
 *
 * @throws ErpSyncError 78 with the place of a syntax error.
 */
export function requireProgram(source: string): Program {
  const program = compileProgram(source)
  if (typeof program === 'function') return program
  throw new ErpSyncError(
    `"${source}" is not a JSONata expression: ${program.message} (character ${program.position + 1})`,
    {code: 'expression_invalid', exitCode: exitCodes.configuration},
  )
}

async function evaluate(program: Program, source: string, document: unknown): Promise<TextOutcome> {
  const evaluation = await program(document)
  if (!evaluation.ok) return evaluation
  const {result} = evaluation
  if (result === undefined || result === null || result === '') return {ok: true, text: undefined}
  if (typeof result === 'string' || typeof result === 'number') return {ok: true, text: String(result)}
  return {ok: false, failure: mappingFailure('not_text', `"${source}" gave neither a text nor a number.`)}
}
