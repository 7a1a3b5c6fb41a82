import {openDeclarer} from '#lib/broker/declarer.js'
import {vhostOf} from '#lib/broker/dial.js'
import {type LiveQueue, openManagement} from '#lib/broker/management.js'
import {delayQueueOf, dlqOf, parkingQueue, queueOf, unroutableQueue} from '#lib/broker/names.js'
import {allFlows, type Config} from '#lib/config/load.js'
import {delaysOf} from '#lib/config/retry-policy.js'
import type {Database} from '#lib/db/database.js'
import {lanes} from '#lib/kernel/lane.js'
import {countUnderWay} from '#lib/ledger/counts.js'

/** What a queue holds; null where only the management API would know and it did not answer. */
export interface QueueRow {
  readonly queue: string
  /** Null for queues that all flows share. */
  readonly flow: string | null
  readonly ready: number
  readonly unacknowledged: number | null
  /** Given up, and stuck on the way to the dead letter queue: a passive look does not see them. */
  readonly stuck: number | null
  readonly consumers: number
  readonly publishPerSecond: number | null
  readonly ackPerSecond: number | null
}

/** What of a flow is under way, according to the ledger. */
export interface FlowRow {
  readonly flow: string
  readonly underWay: number
  /** Waiting for a later attempt or a look-up, in a delay tier or in PostgreSQL. */
  readonly delayed: number
  readonly oldestAcceptedAt: Date | null
}

export interface QueueList {
  /** Where the numbers of the queues are from, and why not from the management API. */
  readonly source: {readonly kind: 'management'} | {readonly kind: 'passive'; readonly reason: string}
  readonly queues: readonly QueueRow[]
  readonly flows: readonly FlowRow[]
  /** Wanted queues that are not there. */
  readonly missing: readonly string[]
}

/** How much is waiting where: queues from the broker, ages from the ledger, which alone knows them. */
export async function listQueues(config: Config, database: Database): Promise<QueueList> {
  const wanted = wantedQueues(config)
  const [{source, found}, underWay] = await Promise.all([lookAtQueues(config, wanted), countUnderWay(database)])
  return {
    source,
    queues: found,
    missing: wanted.map(({queue}) => queue).filter((name) => !found.some(({queue}) => queue === name)),
    flows: Object.keys(config.flows).map((flow) => {
      const row = underWay.find((candidate) => candidate.flow === flow)
      return {
        flow,
        underWay: row?.count ?? 0,
        delayed: row?.delayed ?? 0,
        oldestAcceptedAt: row?.oldestAcceptedAt ?? null,
      }
    }),
  }
}

interface WantedQueue {
  readonly queue: string
  readonly flow: string | null
}

function wantedQueues(config: Config): readonly WantedQueue[] {
  const {prefix} = config.rabbitmq
  return [
    ...allFlows(config).flatMap(({name: flow, retry}) =>
      [
        ...lanes.map((lane) => queueOf(prefix, flow, lane)),
        ...delaysOf(retry).map((ms) => delayQueueOf(prefix, flow, ms)),
        dlqOf(prefix, flow),
      ].map((queue) => ({queue, flow})),
    ),
    {queue: unroutableQueue(prefix), flow: null},
    {queue: parkingQueue(prefix), flow: null},
  ]
}

async function lookAtQueues(
  {rabbitmq: {urls, managementUrl}}: Config,
  wanted: readonly WantedQueue[],
): Promise<{readonly source: QueueList['source']; readonly found: readonly QueueRow[]}> {
  if (managementUrl === undefined) return lookPassively(urls, wanted, 'rabbitmq.managementUrl is not configured')
  const answer = await openManagement(managementUrl).queues(vhostOf(urls[0] ?? ''))
  if (answer.kind === 'unavailable') return lookPassively(urls, wanted, answer.reason)
  const found = wanted.flatMap(({queue, flow}) => {
    const live = answer.value.find(({name}) => name === queue)
    return live ? [toRow(live, flow)] : []
  })
  return {source: {kind: 'management'}, found}
}

function toRow(live: LiveQueue, flow: string | null): QueueRow {
  return {
    queue: live.name,
    flow,
    ready: live.ready,
    unacknowledged: live.unacknowledged,
    stuck: live.deadLettering,
    consumers: live.consumers,
    publishPerSecond: live.publishRate,
    ackPerSecond: live.ackRate,
  }
}

async function lookPassively(urls: readonly string[], wanted: readonly WantedQueue[], reason: string) {
  const declarer = await openDeclarer(urls, 'erpsync queue list')
  try {
    const found: QueueRow[] = []
    for (const {queue, flow} of wanted) {
      const depth = await declarer.queueDepth(queue)
      const unknown = {unacknowledged: null, stuck: null, publishPerSecond: null, ackPerSecond: null}
      if (depth) found.push({queue, flow, ...depth, ...unknown})
    }
    return {source: {kind: 'passive', reason} as const, found}
  } finally {
    await declarer.close()
  }
}
