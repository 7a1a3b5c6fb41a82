import {openDeclarer} from '#lib/broker/declarer.js'
import {vhostOf} from '#lib/broker/dial.js'
import {openManagement} from '#lib/broker/management.js'
import type {Config} from '#lib/config/load.js'

/**
 * What a queue holds:
 *
 * - `known`: so many copies, ready, unacknowledged or on their way to be dead-lettered
 * - `at_least`: so many ready; what consumers have in hand is not known
 * - `gone`: there is no such queue
 */
export type Holding =
  | {readonly kind: 'known'; readonly copies: number}
  | {readonly kind: 'at_least'; readonly copies: number}
  | {readonly kind: 'gone'}

/** What queues hold, by name; a queue that was not asked for is not in it. */
export type Holdings = ReadonlyMap<string, Holding>

/** Where the numbers come from: those of the management API are some seconds old. */
export type HoldingsSource = {readonly kind: 'management'} | {readonly kind: 'passive'; readonly reason: string}

/** Looks what the named queues hold. Takes nothing from them: a look must never change a queue. */
export async function lookAtHoldings(
  {rabbitmq: {urls, managementUrl}}: Config,
  queues: readonly string[],
): Promise<{readonly source: HoldingsSource; readonly holdings: Holdings}> {
  if (managementUrl === undefined) {
    const reason = 'rabbitmq.managementUrl is not configured'
    return {source: {kind: 'passive', reason}, holdings: await lookPassively(urls, queues)}
  }
  const answer = await openManagement(managementUrl).queues(vhostOf(urls[0] ?? ''))
  if (answer.kind === 'unavailable') {
    return {source: {kind: 'passive', reason: answer.reason}, holdings: await lookPassively(urls, queues)}
  }
  const live = new Map(answer.value.map((queue) => [queue.name, queue]))
  const holdings = queues.map((name): [string, Holding] => {
    const queue = live.get(name)
    if (queue === undefined) return [name, {kind: 'gone'}]
    const {messages, ready, unacknowledged, deadLettering} = queue
    return [name, {kind: 'known', copies: Math.max(messages, ready + unacknowledged + deadLettering)}]
  })
  return {source: {kind: 'management'}, holdings: new Map(holdings)}
}

async function lookPassively(urls: readonly string[], queues: readonly string[]): Promise<Holdings> {
  const declarer = await openDeclarer(urls, 'erpsync audit')
  try {
    const holdings = new Map<string, Holding>()
    for (const queue of queues) {
      const depth = await declarer.queueDepth(queue)
      holdings.set(queue, depth === undefined ? {kind: 'gone'} : {kind: 'at_least', copies: depth.ready})
    }
    return holdings
  } finally {
    await declarer.close()
  }
}
