import {dlqOf, parkingQueue} from '#lib/broker/names.js'
import type {Config, Flow} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {wait} from '#lib/kernel/wait.js'
import {askSap} from './ask-sap.js'
import {findDeadWithoutLetter, findHeldForNothing, findLettersWithoutDead, findOverdue} from './gaps.js'
import {type Holding, type HoldingsSource, lookAtHoldings} from './holdings.js'
import {findOutOfOrder} from './out-of-order.js'
import {countNeeds, countStates, findNeedy, type NeedyMessage} from './places.js'
import {type Balance, confirmShortfalls, queuesOf, reconcile} from './reconcile.js'
import {type AuditReport, type Discrepancy, type FlowAudit, type SapCount, toReport} from './report.js'

export interface AuditParts {
  readonly config: Config
  readonly database: Database
}

export interface AuditOptions {
  readonly flows: readonly Flow[]
  /** How many of the synced messages SAP is asked for, from 0 to 1. */
  readonly sapShare: number
  /** Only messages accepted within this time are asked for in SAP and judged by their order; null for all. */
  readonly sinceMs: number | null
  /** How old the numbers of the management API may be. */
  readonly lagMs: number
  readonly signal: AbortSignal
  /** Hears what is being done. */
  readonly onProgress: (doing: string) => void
}

/**
 * Reconciles the ledger with the outbox, every queue, the archive and SAP. It
 * changes nothing and takes nothing from a queue, so it may run beside workers:
 * only what stood still between two of its steps counts, and a shortfall only
 * if a second look finds it again.
 *
 * @throws ErpSyncError 69 if PostgreSQL or RabbitMQ cannot be reached, or SAP answers nothing at all.
 */
export async function auditPipeline(parts: AuditParts, options: AuditOptions): Promise<AuditReport> {
  const {database} = parts
  const {flows, onProgress} = options
  const names = flows.map(({name}) => name)
  const checkedAt = await readNow(database)

  onProgress('comparing ledger and queues')
  const {balances, short, dlqs, parked} = await compareQueues(parts, options)
  onProgress('comparing ledger and archive')
  const gaps = [
    ...(await nameMissing(database, short, checkedAt)),
    ...(await findOverdue(database, names)),
    ...(await findHeldForNothing(database, names)),
    ...(await findLettersWithoutDead(database, names)),
    ...(await findAllDeadWithoutLetter(database, names, dlqs)),
    ...(await findOutOfOrder(database, names, options.sinceMs)),
    ...parked,
  ]
  const sap = await askAllSap(database, options)
  const states = await countStates(database, names)
  const audits = names.map((flow): FlowAudit => ({
    flow,
    states: states.get(flow) ?? {},
    places: balances.filter((balance) => balance.flow === flow).map(toPlaceCount),
    sap: sap.counts.get(flow) ?? noneAsked,
  }))
  return toReport(checkedAt, audits, [...gaps, ...sap.discrepancies])
}

interface Comparison {
  readonly balances: readonly Balance[]
  readonly short: readonly Balance[]
  /** Dead letters on their way to the archive, by flow. */
  readonly dlqs: ReadonlyMap<string, Holding>
  readonly parked: readonly Discrepancy[]
}

async function compareQueues(parts: AuditParts, options: AuditOptions): Promise<Comparison> {
  const first = await look(parts, options)
  if (first.balances.every(({shortBy}) => shortBy === 0)) return {...first, short: []}
  options.onProgress('something seems to be missing; looking a second time')
  const second = await look(parts, options)
  return {...second, short: confirmShortfalls(first.balances, second.balances)}
}

async function look(
  {config, database}: AuditParts,
  {flows, lagMs, signal}: AuditOptions,
): Promise<Omit<Comparison, 'short'>> {
  const {prefix} = config.rabbitmq
  const names = flows.map(({name}) => name)
  const since = await readNow(database)
  const before = await countNeeds(database, names, since)
  const onBroker = before.filter(({place}) => place.kind === 'lane' || place.kind === 'tier')
  // The numbers must be younger than the moment from which the messages stood still.
  if (onBroker.length > 0 && config.rabbitmq.managementUrl !== undefined) await wait(lagMs, signal)
  signal.throwIfAborted()

  const parking = parkingQueue(prefix)
  const dlqNames = new Map(names.map((flow) => [flow, dlqOf(prefix, flow)]))
  const queues = new Set([...before.flatMap((need) => queuesOf(prefix, need)), ...dlqNames.values(), parking])
  const {source, holdings} = await lookAtHoldings(config, [...queues])
  const needs = await countNeeds(database, names, since)
  return {
    balances: reconcile(prefix, needs, holdings),
    dlqs: new Map(names.map((flow) => [flow, holdings.get(dlqNames.get(flow) ?? '') ?? {kind: 'gone'}])),
    parked: parkedIn(parking, holdings.get(parking), source),
  }
}

function parkedIn(queue: string, holding: Holding | undefined, {kind}: HoldingsSource): readonly Discrepancy[] {
  if (holding === undefined || holding.kind === 'gone' || holding.copies === 0) return []
  const count = kind === 'management' ? holding.copies : `at least ${holding.copies}`
  const detail = `${queue} holds ${count}: dead letters the archive never got`
  return [{kind: 'parked', flow: null, messageId: null, key: null, detail, repair: null}]
}

/** All of a place that is empty; of a place that is not, as many as are short, those first that have waited longest. */
async function nameMissing(
  database: Database,
  short: readonly Balance[],
  since: Date,
): Promise<readonly Discrepancy[]> {
  const named = await Promise.all(
    short.map(async ({flow, place, shortBy, isEmpty, queues}) => {
      const needy = await findNeedy(database, flow, place, {since, limit: shortBy})
      return needy.map((message) => toMissing(message, queues, isEmpty))
    }),
  )
  return named.flat()
}

function toMissing(
  {messageId, flow, key, state, attempt, lane, since}: NeedyMessage,
  queues: readonly string[],
  isCertain: boolean,
): Discrepancy {
  const where =
    queues.length === 0 ? 'the ledger names no place for its copy' : `its copy is not in ${queues.join(' or ')}`
  const which = isCertain ? '' : ' (which of the oldest there cannot be told; this is one of them)'
  return {
    kind: 'missing_copy',
    flow,
    messageId,
    key,
    detail: `${state} since ${since.toISOString()}, attempt ${attempt}: ${where}${which}`,
    repair: {messageId, lane, attempt},
  }
}

async function findAllDeadWithoutLetter(
  database: Database,
  flows: readonly string[],
  dlqs: ReadonlyMap<string, Holding>,
): Promise<readonly Discrepancy[]> {
  const found = await Promise.all(
    flows.map(async (flow) => findDeadWithoutLetter(database, flow, underWayIn(dlqs.get(flow)))),
  )
  return found.flat()
}

function underWayIn(dlq: Holding | undefined): number {
  switch (dlq?.kind) {
    case 'known':
      return dlq.copies
    case 'at_least':
      return Infinity
    case 'gone':
    case undefined:
      return 0
  }
}

async function askAllSap(database: Database, options: AuditOptions) {
  const counts = new Map<string, SapCount>()
  const discrepancies: Discrepancy[] = []
  for (const flow of options.flows) {
    const found = await askSap(database, flow, {
      share: options.sapShare,
      sinceMs: options.sinceMs,
      signal: options.signal,
      onProgress: (asked) => options.onProgress(`asking SAP: ${flow.name}, ${asked} messages`),
    })
    requireAnswers(flow, found.count)
    counts.set(flow.name, found.count)
    discrepancies.push(...found.discrepancies)
  }
  return {counts, discrepancies}
}

function requireAnswers({name, destination}: Flow, {asked, unanswered}: SapCount): void {
  if (asked === 0 || unanswered < asked) return
  throw new ErpSyncError(`SAP (${destination}) answered none of ${asked} look-ups for ${name}.`, {
    code: 'erp_unreachable',
    exitCode: exitCodes.unreachable,
    hint: 'erpsync erp ping says why; erpsync audit --sap none leaves SAP out.',
  })
}

async function readNow(database: Database): Promise<Date> {
  const {rows} = await database.query<{now: Date}>('select now() as now')
  const [row] = rows
  if (!row) throw new Error('PostgreSQL gave no time')
  return row.now
}

function toPlaceCount({place, queues, needed, held}: Balance) {
  return {place: queues.length === 0 ? place.kind : queues.join(' or '), needed, held}
}

const noneAsked: SapCount = {asked: 0, found: 0, unanswered: 0}
