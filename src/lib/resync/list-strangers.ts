import type {Queryable} from '#lib/db/database.js'
import type {ErpConnector, Listed} from '#lib/erp/connector.js'
import type {Failure} from '#lib/kernel/failure.js'
import {knownNames} from '#lib/ledger/key-states.js'
import {blankEntry, type Entry} from './entry.js'

/** Objects of SAP that no message knows; `truncated` is the last if there were more than were asked for. */
export type Strangers =
  | {readonly kind: 'page'; readonly entries: readonly Entry[]}
  | {readonly kind: 'truncated'}
  | {readonly kind: 'failed'; readonly failure: Failure}

/** Goes through what SAP has, and finds what no message of the flow knows. */
export async function* listStrangers(
  database: Queryable,
  flow: string,
  list: NonNullable<ErpConnector['list']>,
  {prefix, most}: {readonly prefix: string; readonly most: number},
  signal: AbortSignal,
): AsyncGenerator<Strangers> {
  for await (const outcome of list({prefix, most}, signal)) {
    if (outcome.kind !== 'page') {
      yield outcome
      continue
    }
    const known = await knownNames(
      database,
      flow,
      outcome.found.map(({reference}) => reference),
    )
    yield {kind: 'page', entries: outcome.found.filter(({reference}) => !known.has(reference)).map(toEntry)}
  }
}

function toEntry({reference, documentNumber}: Listed): Entry {
  return {
    ...blankEntry,
    key: reference,
    class: 'only_in_sap',
    reference,
    documentNumber,
    next: 'Nothing is deleted in SAP from here: look into it there, or push its document.',
  }
}
