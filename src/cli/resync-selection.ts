import {randomBytes} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {text as readAll} from 'node:stream/consumers'
import {Flags} from '@oclif/core'
import {compileProgram, type Program} from '#lib/erp/jsonata.js'
import {systemClock} from '#lib/kernel/clock.js'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {PlanRequest} from '#lib/resync/make-plan.js'
import {readTime} from './read-time.js'

/** Flags that say which keys of a flow are compared, beside keys as arguments. */
export const resyncSelectionFlags = {
  'keys-from': Flags.string({
    summary: 'keys that are in this file, one a line, or - for stdin',
    helpValue: '<file>',
  }),
  since: Flags.custom<Date>({
    summary: 'keys whose newest state was accepted since then, e.g. 2h, 1d or 2026-11-22T08:00Z',
    helpValue: '<time>',
    parse: async (text) => readTime(text, systemClock.now()),
  })(),
  where: Flags.string({
    summary: 'documents for which this JSONata expression is true; may be repeated',
    helpValue: '<jsonata>',
    multiple: true,
  }),
  sample: Flags.custom<number>({
    summary: 'only so large a part, taken at random, e.g. 1%',
    helpValue: '<percent>',
    parse: async (text) => readShare(text),
  })(),
  'only-in-sap': Flags.boolean({summary: 'look for objects in SAP, too, that no message knows'}),
  prefix: Flags.string({
    summary: 'only those whose reference begins so',
    helpValue: '<text>',
    dependsOn: ['only-in-sap'],
  }),
}

interface SelectionFlags {
  readonly 'keys-from': string | undefined
  readonly since: Date | undefined
  readonly where: readonly string[] | undefined
  readonly sample: number | undefined
  readonly 'only-in-sap': boolean
  readonly prefix: string | undefined
}

/**
 * Which keys are to be compared, and that in words.
 *
 * @throws ErpSyncError 2 if it was said in two ways, 66 if the keys cannot be read.
 */
export async function readResyncSelection(
  args: readonly string[],
  flags: SelectionFlags,
): Promise<PlanRequest & {readonly text: string}> {
  const {'keys-from': path, since, where = [], sample, 'only-in-sap': asksSap, prefix = ''} = flags
  const isRange = since !== undefined || sample !== undefined || asksSap
  if ((args.length > 0 || path !== undefined) && isRange) {
    throw usage('Keys are named already: --since, --sample and --only-in-sap are for a whole flow.')
  }
  if (args.length > 0 && path !== undefined) throw usage('Say in one way which keys are meant.')
  const isWanted = conditionOf(where)
  const tail = where.map((expression) => `where ${expression}`)
  if (args.length > 0 || path !== undefined) {
    const keys = path === undefined ? args : await readKeys(path)
    const named = keys.length <= mostNamed ? `keys ${keys.join(', ')}` : `${keys.length} named keys`
    return {selection: {kind: 'keys', keys}, isWanted, strangers: null, text: [named, ...tail].join(', ')}
  }
  const seed = randomBytes(4).readInt32BE()
  const parts = [
    'all keys',
    ...(since === undefined ? [] : [`accepted since ${since.toISOString()}`]),
    ...(sample === undefined ? [] : [`a sample of ${Number((sample * 100).toFixed(4))}%`]),
    ...tail,
    ...(asksSap ? [prefix === '' ? 'and what only SAP has' : `and what only SAP has, beginning with ${prefix}`] : []),
  ]
  return {
    selection: {kind: 'range', since: since ?? null, share: sample ?? 1, seed},
    isWanted,
    strangers: asksSap ? {prefix, most: mostListed} : null,
    text: parts.join(', '),
  }
}

function conditionOf(where: readonly string[]): PlanRequest['isWanted'] {
  const programs = where.map(readCondition)
  return async (document) => {
    for (const program of programs) {
      const outcome = await program(document)
      if (!outcome.ok) throw usage(`A --where cannot be reckoned for a document: ${outcome.failure.text}`)
      if (outcome.result !== true) return false
    }
    return true
  }
}

function readCondition(source: string): Program {
  const program = compileProgram(source)
  if (typeof program === 'function') return program
  throw usage(`--where ${source} is not a JSONata expression: ${program.message}`)
}

async function readKeys(path: string): Promise<readonly string[]> {
  const text = await (path === '-' ? readAll(process.stdin) : readFile(path, 'utf8')).catch((error: unknown) => {
    throw new ErpSyncError(`The keys in ${path} cannot be read: ${errorCode(error) ?? 'unreadable'}.`, {
      code: 'keys_missing',
      exitCode: exitCodes.missingInput,
      cause: error,
    })
  })
  return text.split(/\r?\n/).filter((line) => line !== '')
}

function readShare(text: string): number {
  const percent = Number(/^(\d{1,3}(?:\.\d{1,4})?)%$/.exec(text.trim())?.[1])
  if (percent > 0 && percent <= 100) return percent / 100
  throw new Error(`"${text}" is no part; write 1% or 0.5%`)
}

function usage(message: string): ErpSyncError {
  return new ErpSyncError(message, {
    code: 'selection_invalid',
    exitCode: exitCodes.usage,
    hint: 'Name keys as arguments or with --keys-from, or narrow a whole flow down with --since, --where and --sample.',
  })
}

const mostNamed = 10
const mostListed = 1_000_000
