import {
  delayKey,
  delayQueueOf,
  dlqOf,
  dlxKey,
  exchangeNames,
  inBindingKey,
  laneKey,
  parkingQueue,
  queueOf,
  unroutableQueue,
  type ExchangeNames,
} from '#lib/broker/names.js'
import {lanes} from '#lib/kernel/lane.js'

/** The arguments of an object, as AMQP names them. */
export type Arguments = Readonly<Record<string, string | number>>

export interface WantedExchange {
  readonly kind: 'exchange'
  readonly name: string
  readonly type: 'topic' | 'direct' | 'fanout'
  readonly arguments: Arguments
}

export interface WantedQueue {
  readonly kind: 'queue'
  readonly name: string
  readonly arguments: Arguments
}

export interface WantedBinding {
  readonly kind: 'binding'
  readonly exchange: string
  readonly queue: string
  readonly routingKey: string
}

/** All are durable; all queues are quorum queues. */
export type WantedObject = WantedExchange | WantedQueue | WantedBinding

/**
 * Everything erpsync wants in RabbitMQ, in the order in which it is declared:
 * a target stands before anything can be sent or dead-lettered to it (a failed
 * dead-letter hop is tried again only after three minutes), and the entrance
 * opens last.
 */
export interface Topology {
  readonly prefix: string
  readonly objects: readonly WantedObject[]
}

export interface TopologyInput {
  readonly prefix: string
  readonly flows: readonly FlowLanes[]
}

/** What of a flow shapes its queues. */
export interface FlowLanes {
  readonly name: string
  /** The delay tiers, in ms. */
  readonly delaysMs: readonly number[]
}

/** The whole topology as one value. */
export function wantedTopology({prefix, flows}: TopologyInput): Topology {
  const exchanges = exchangeNames(prefix)
  return {
    prefix,
    objects: [
      ...lastResorts(prefix, exchanges),
      exchange(exchanges.dlx, 'direct'),
      exchange(exchanges.lane, 'direct'),
      exchange(exchanges.delay, 'direct'),
      ...flows.flatMap((flow) => flowObjects(prefix, exchanges, flow)),
      exchange(exchanges.in, 'topic', {'alternate-exchange': exchanges.unroutable}),
      ...flows.map(({name}) => binding(exchanges.in, queueOf(prefix, name, 'work'), inBindingKey(name))),
    ],
  }
}

/** Where messages end up that have no other place. */
function lastResorts(prefix: string, exchanges: ExchangeNames): readonly WantedObject[] {
  const parking = parkingQueue(prefix)
  const unroutable = unroutableQueue(prefix)
  return [
    exchange(exchanges.parking, 'fanout'),
    queue(parking, {'x-delivery-limit': hugeDeliveryLimit}),
    binding(exchanges.parking, parking, ''),
    exchange(exchanges.unroutable, 'fanout'),
    queue(unroutable, {'x-delivery-limit': hugeDeliveryLimit, ...deadLetterTo(exchanges.parking)}),
    binding(exchanges.unroutable, unroutable, ''),
  ]
}

function flowObjects(prefix: string, exchanges: ExchangeNames, {name, delaysMs}: FlowLanes): readonly WantedObject[] {
  const dlq = dlqOf(prefix, name)
  return [
    queue(dlq, {'x-delivery-limit': hugeDeliveryLimit, ...deadLetterTo(exchanges.parking)}),
    binding(exchanges.dlx, dlq, dlxKey(name)),
    ...lanes.flatMap((lane) => [
      queue(queueOf(prefix, name, lane), {
        'x-delivery-limit': laneDeliveryLimit,
        ...deadLetterTo(exchanges.dlx, dlxKey(name)),
      }),
      binding(exchanges.lane, queueOf(prefix, name, lane), laneKey(name, lane)),
    ]),
    ...[...new Set(delaysMs)].flatMap((ms) => [
      queue(delayQueueOf(prefix, name, ms), {
        'x-message-ttl': ms,
        ...deadLetterTo(exchanges.lane, laneKey(name, 'retry')),
      }),
      binding(exchanges.delay, delayQueueOf(prefix, name, ms), delayKey(name, ms)),
    ]),
  ]
}

/**
 * At-least-once dead-lettering. All parts are needed: if one is missing, the
 * broker takes the declare and falls back to at-most-once without a word.
 */
function deadLetterTo(exchangeName: string, routingKey?: string): Arguments {
  return {
    'x-dead-letter-exchange': exchangeName,
    ...(routingKey === undefined ? {} : {'x-dead-letter-routing-key': routingKey}),
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  }
}

function exchange(name: string, type: WantedExchange['type'], args: Arguments = {}): WantedExchange {
  return {kind: 'exchange', name, type, arguments: args}
}

function queue(name: string, args: Arguments): WantedQueue {
  return {kind: 'queue', name, arguments: {'x-queue-type': 'quorum', ...args}}
}

function binding(exchangeName: string, queueName: string, routingKey: string): WantedBinding {
  return {kind: 'binding', exchange: exchangeName, queue: queueName, routingKey}
}

/** What RabbitMQ 4 takes when nothing is said; said, so that every version does the same. */
const laneDeliveryLimit = 20

/** These must never lose a message to somebody who looks at them often; -1 means 0 on RabbitMQ 3. */
const hugeDeliveryLimit = 1_000_000
