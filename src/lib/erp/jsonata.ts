import jsonata from 'jsonata'
import type {Failure} from '#lib/kernel/failure.js'
import {errorMessage} from '#lib/kernel/errors.js'
import {cutText} from './cut.js'
import {alpha, decimal, sapDate, sapTime} from './sap-values.js'

/** What came of running an expression over one document. */
export type Evaluation = {readonly ok: true; readonly result: unknown} | {readonly ok: false; readonly failure: Failure}

/** A compiled expression. Running it ends by itself, whatever the expression does. */
export type Program = (document: unknown) => Promise<Evaluation>

/** What is wrong with an expression, and where. */
export interface SyntaxProblem {
  readonly message: string
  /** Characters from the start of the expression. */
  readonly position: number
}

/** Compiles a JSONata expression, which may use our functions for SAP's forms of values, or says what is wrong with it. */
export function compileProgram(source: string): Program | SyntaxProblem {
  try {
    const expression = jsonata(source, {timeout: maxRunTimeMs, stack: maxDepth, sequence: maxSequence})
    expression.registerFunction('alpha', alpha, '<(sn)n:s>')
    expression.registerFunction('sapDate', sapDate, '<s:s>')
    expression.registerFunction('sapTime', sapTime, '<s:s>')
    expression.registerFunction('decimal', decimal, '<(sn)n:s>')
    return (document) => run(expression, document)
  } catch (thrown) {
    return {message: errorMessageOf(thrown), position: positionOf(thrown)}
  }
}

/** A document that an expression cannot digest: no retry will change that. */
export function mappingFailure(code: string, text: string): Failure {
  return {class: 'permanent', executed: 'no', code: `map:${code}`, text: cutText(text), stage: 'map'}
}

async function run(expression: jsonata.Expression, document: unknown): Promise<Evaluation> {
  try {
    return {ok: true, result: plain(await expression.evaluate(document))}
  } catch (thrown) {
    const failure = mappingFailure(codeOf(thrown), errorMessageOf(thrown))
    // The limit is one of wall-clock time: on a machine that stood still it says nothing about the document.
    return {ok: false, failure: codeOf(thrown) === timeLimitCode ? {...failure, class: 'transient'} : failure}
  }
}

/**
 * JSONata's sequences carry hidden properties and its results may hold functions; JSON has neither. What this gives is
 * what would come of writing the result as JSON and reading it again, in a fraction of the time.
 */
function plain(result: unknown): unknown {
  switch (typeof result) {
    case 'string':
    case 'boolean':
      return result
    case 'number':
      return Number.isFinite(result) ? result + 0 : null
    case 'object':
      if (result === null) return null
      return Array.isArray(result) ? result.map((item) => plain(item) ?? null) : plainObject(result)
    case 'bigint':
    case 'function':
    case 'symbol':
    case 'undefined':
      return undefined
  }
}

function plainObject(result: object): Readonly<Record<string, unknown>> {
  const copy: Record<string, unknown> = {}
  // Not by their entries, which take three times as long to make.
  for (const name of Object.keys(result)) {
    const kept = plain(Reflect.get(result, name))
    if (kept === undefined) continue
    // A field of that name must not become the prototype.
    if (name === '__proto__') Object.defineProperty(copy, name, {...openField, value: kept})
    else copy[name] = kept
  }
  return copy
}

const openField = {configurable: true, enumerable: true, writable: true}

/** JSONata throws plain objects, not errors. */
function errorMessageOf(thrown: unknown): string {
  const message = field(thrown, 'message')
  return typeof message === 'string' ? message : errorMessage(thrown)
}

function codeOf(thrown: unknown): string {
  const code = field(thrown, 'code')
  return typeof code === 'string' ? code : 'error'
}

function positionOf(thrown: unknown): number {
  const position = field(thrown, 'position')
  return typeof position === 'number' ? position : 0
}

function field(thrown: unknown, name: string): unknown {
  return typeof thrown === 'object' && thrown !== null
    ? Object.getOwnPropertyDescriptor(thrown, name)?.value
    : undefined
}

/** A mapping runs on the event loop, so a loop without end would stop the whole worker, heartbeats included. */
const maxRunTimeMs = 1000
const timeLimitCode = 'D1012'
const maxDepth = 500
const maxSequence = 100_000
