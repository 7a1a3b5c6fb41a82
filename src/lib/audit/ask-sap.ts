import type {Flow} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import type {ErpConnector, ProbeOutcome} from '#lib/erp/connector.js'
import type {Mapping} from '#lib/erp/mapping.js'
import {openConnector} from '#lib/erp/open-connector.js'
import {compileOperation, isCreation} from '#lib/erp/operation.js'
import type {Discrepancy, SapCount} from './report.js'

export interface AskSapOptions {
  /** How many of a flow's synced messages are asked for, from 0 to 1. */
  readonly share: number
  /** Only messages accepted within this time; null for all. */
  readonly sinceMs: number | null
  readonly signal: AbortSignal
  /** Hears after every batch how many were asked for so far. */
  readonly onProgress: (asked: number) => void
}

export interface SapFindings {
  readonly count: SapCount
  readonly discrepancies: readonly Discrepancy[]
}

/**
 * Asks SAP for synced messages of a flow. Where messages change one entity,
 * only the last one that reached it is asked for, as SAP holds no older state;
 * and none if the ledger cannot tell which of two that overlapped was the last.
 */
export async function askSap(database: Database, flow: Flow, options: AskSapOptions): Promise<SapFindings> {
  const mapping = await compileOperation(flow.operation)
  const connector = openConnector(flow.destination, flow.target, flow.operation, flow.name)
  const discrepancies: Discrepancy[] = []
  let count: SapCount = {asked: 0, found: 0, unanswered: 0}
  try {
    for await (const batch of readSynced(database, flow, options)) {
      const outcomes = await Promise.all(
        batch.map(async (message) => probe(connector, mapping, message, options.signal)),
      )
      const kinds = outcomes.map(({kind}) => kind)
      count = {
        asked: count.asked + batch.length,
        found: count.found + kinds.filter((kind) => kind === 'found').length,
        unanswered: count.unanswered + kinds.filter((kind) => saysNothing.has(kind)).length,
      }
      discrepancies.push(...batch.flatMap((message, index) => toDiscrepancy(flow, message, outcomes[index])))
      options.onProgress(count.asked)
    }
  } finally {
    await connector.close()
  }
  return {count, discrepancies}
}

interface SyncedMessage {
  readonly id: string
  readonly seq: string
  readonly key: string
  readonly reference: string
  readonly payload: unknown
}

/** Small batches, each asked for at once: SAP is not to be flooded by an audit. */
async function* readSynced(
  database: Database,
  {name, operation}: Flow,
  {share, sinceMs, signal}: AskSapOptions,
): AsyncGenerator<readonly SyncedMessage[]> {
  if (share === 0) return
  let after = '0'
  while (!signal.aborted) {
    const {rows} = await database.query<SyncedMessage & Record<string, unknown>>(
      `select id, seq, business_key as key, coalesce(reference, idempotency_key) as reference, payload
         from erpsync.message m
        where flow = $1
          and state = 'synced'
          -- the one that goes by its reference now is asked for
          and repeated_by is null
          and seq > $2
          and ($3::float8 is null or accepted_at >= now() - $3 * interval '1 millisecond')
          and random() < $4
          and ($5 or not exists (select from erpsync.message other
                                  where other.flow = m.flow
                                    and other.business_key = m.business_key
                                    and other.id <> m.id
                                    and (other.phase in ('under_way', 'calling')
                                         or (other.state = 'synced' and other.finished_at >= m.claimed_at))))
        order by seq
        limit $6`,
      [name, after, sinceMs, share, isCreation(operation), batchSize],
    )
    const last = rows.at(-1)
    if (!last) return
    yield rows
    after = last.seq
  }
}

async function probe(
  connector: ErpConnector,
  mapping: Mapping,
  {reference, payload}: SyncedMessage,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const mapped = await mapping.apply(payload)
  return mapped.ok ? connector.probe({reference, body: mapped.body}, signal) : {kind: 'failed', failure: mapped.failure}
}

function toDiscrepancy(
  {name, destination, operation}: Flow,
  {id, key, reference}: SyncedMessage,
  outcome: ProbeOutcome | undefined,
): readonly Discrepancy[] {
  const found = {flow: name, messageId: id, key, repair: null}
  switch (outcome?.kind) {
    case 'absent': {
      const what = isCreation(operation) ? `does not know ${reference}` : `does not hold what was sent of ${key}`
      return [{...found, kind: 'missing_in_sap', detail: `${destination} ${what}`}]
    }
    case 'several':
      return [
        {
          ...found,
          kind: 'duplicate_in_sap',
          detail: `${destination} has ${reference} as ${outcome.documentNumbers.join(', ')}`,
        },
      ]
    case 'refused':
      return [{...found, kind: 'missing_in_sap', detail: `${destination} did not book it: ${outcome.failure.text}`}]
    case 'found':
    case 'pending':
    case 'repeatable':
    case 'failed':
    case undefined:
      return []
  }
}

const saysNothing: ReadonlySet<ProbeOutcome['kind']> = new Set(['pending', 'repeatable', 'failed'])

const batchSize = 8
