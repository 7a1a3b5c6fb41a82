import {openDeclarer} from '#lib/broker/declarer.js'
import {vhostOf} from '#lib/broker/dial.js'
import {
  openManagement,
  type Answer,
  type LiveBinding,
  type LiveExchange,
  type LiveQueue,
} from '#lib/broker/management.js'
import type {Topology} from './wanted.js'

/**
 * What stands in RabbitMQ:
 *
 * - `full`: everything in the virtual host, from the management API
 * - `existence`: only which of the wanted exchanges and queues are there, since
 *   the management API could not be asked
 */
export type LiveTopology =
  | {
      readonly kind: 'full'
      readonly exchanges: readonly LiveExchange[]
      readonly queues: readonly LiveQueue[]
      readonly bindings: readonly LiveBinding[]
    }
  | {
      readonly kind: 'existence'
      /** Why no more is known. */
      readonly reason: string
      readonly exchanges: readonly string[]
      readonly queues: readonly string[]
    }

/** Where a broker is to be asked. */
export interface BrokerAddress {
  /** The first one names the virtual host. */
  readonly urls: readonly string[]
  readonly managementUrl?: string | undefined
}

/**
 * Looks at what stands in RabbitMQ. Nothing is declared or changed.
 *
 * @throws ErpSyncError 69 or 77 if neither the management API nor RabbitMQ itself can be asked.
 */
export async function inspectTopology(address: BrokerAddress, topology: Topology): Promise<LiveTopology> {
  const full = await askManagement(address)
  return full.kind === 'answered' ? full.value : lookOneByOne(address, topology, full.reason)
}

async function askManagement({urls, managementUrl}: BrokerAddress): Promise<Answer<LiveTopology>> {
  if (managementUrl === undefined) return {kind: 'unavailable', reason: 'rabbitmq.managementUrl is not configured'}
  const vhost = vhostOf(urls[0] ?? '')
  const management = openManagement(managementUrl)
  const [exchanges, queues, bindings] = await Promise.all([
    management.exchanges(vhost),
    management.queues(vhost),
    management.bindings(vhost),
  ])
  if (exchanges.kind === 'unavailable') return exchanges
  if (queues.kind === 'unavailable') return queues
  if (bindings.kind === 'unavailable') return bindings
  return {
    kind: 'answered',
    value: {kind: 'full', exchanges: exchanges.value, queues: queues.value, bindings: bindings.value},
  }
}

async function lookOneByOne({urls}: BrokerAddress, topology: Topology, reason: string): Promise<LiveTopology> {
  const declarer = await openDeclarer(urls, 'erpsync topology')
  try {
    const exchanges: string[] = []
    const queues: string[] = []
    for (const object of topology.objects) {
      if (object.kind === 'exchange' && (await declarer.exchangeExists(object.name))) exchanges.push(object.name)
      if (object.kind === 'queue' && (await declarer.queueExists(object.name))) queues.push(object.name)
    }
    return {kind: 'existence', reason, exchanges, queues}
  } finally {
    await declarer.close()
  }
}
