import type {Flow} from '#lib/config/load.js'
import type {Queryable} from '#lib/db/database.js'
import type {ErpConnector, ProbeOutcome} from '#lib/erp/connector.js'
import type {Mapping} from '#lib/erp/mapping.js'
import {openConnector} from '#lib/erp/open-connector.js'
import {compileOperation} from '#lib/erp/operation.js'
import type {Intent} from '#lib/kernel/intent.js'

/** What SAP says of planned letters whose call may have reached it. */
export interface SapSample {
  /** How many of them there are. */
  readonly of: number
  readonly asked: number
  readonly found: number
  readonly absent: number
  /** Not decided, several, or not to be had. */
  readonly unclear: number
}

/**
 * Asks SAP which letters of an operation it has already: those whose call may
 * have reached it, and of many only a sample, spread over all of them.
 */
export async function askSample(
  database: Queryable,
  {operationId, flows, most}: {readonly operationId: string; readonly flows: readonly Flow[]; readonly most: number},
  signal: AbortSignal,
): Promise<SapSample> {
  const {of, sample} = await drawSample(database, operationId, most)
  const kinds: ProbeOutcome['kind'][] = []
  for (const flow of flows) {
    const ofFlow = sample.filter(({flow: name}) => name === flow.name)
    if (ofFlow.length > 0) kinds.push(...(await askFlow(flow, ofFlow, signal)))
  }
  const count = (wanted: ProbeOutcome['kind']): number => kinds.filter((kind) => kind === wanted).length
  const [found, absent] = [count('found'), count('absent')]
  return {of, asked: kinds.length, found, absent, unclear: kinds.length - found - absent}
}

interface Sampled {
  readonly flow: string
  readonly reference: string
  readonly intent: Intent
  readonly payload: unknown
}

async function drawSample(
  database: Queryable,
  operationId: string,
  most: number,
): Promise<{readonly of: number; readonly sample: readonly Sampled[]}> {
  const doubtful = `erpsync.operation_item i
       join erpsync.dead_letter l on l.id = i.letter_id
       join erpsync.message m on m.id = i.message_id
      where i.operation_id = $1
        and i.state = 'planned'
        and l.executed <> 'no'`
  const [counted, drawn] = await Promise.all([
    database.query<{of: number}>(`select count(*)::integer as of from ${doubtful}`, [operationId]),
    database.query<Sampled & Record<string, unknown>>(
      `select i.flow, coalesce(m.reference, m.idempotency_key) as reference, m.intent, m.payload
         from ${doubtful}
        order by hashtextextended(l.id::text, 0)
        limit $2`,
      [operationId, most],
    ),
  ])
  return {of: counted.rows[0]?.of ?? 0, sample: drawn.rows}
}

async function askFlow(flow: Flow, sample: readonly Sampled[], signal: AbortSignal): Promise<ProbeOutcome['kind'][]> {
  const mapping = await compileOperation(flow.operation)
  const connector = openConnector(flow.destination, flow.target, flow.operation, flow.name)
  try {
    if ((await connector.prepare?.()) !== undefined) return sample.map(() => 'failed')
    const kinds: ProbeOutcome['kind'][] = []
    for (let start = 0; start < sample.length && !signal.aborted; start += atOnce) {
      const batch = sample.slice(start, start + atOnce)
      kinds.push(...(await Promise.all(batch.map(async (letter) => ask(connector, mapping, letter, signal)))))
    }
    return kinds
  } finally {
    await connector.close()
  }
}

async function ask(
  connector: ErpConnector,
  mapping: Mapping,
  {reference, intent, payload}: Sampled,
  signal: AbortSignal,
): Promise<ProbeOutcome['kind']> {
  const mapped = await mapping.apply(payload)
  // What a resync was to amend is in SAP if SAP holds its state, not if it knows the reference.
  const probe = intent === 'resync' ? connector.probeAmended : connector.probe
  return mapped.ok && probe ? (await probe({reference, body: mapped.body}, signal)).kind : 'failed'
}

/** SAP is not to be flooded by a plan. */
const atOnce = 8
