import type {LiveBinding} from '#lib/broker/management.js'
import type {LiveTopology} from './inspect.js'
import type {Topology, WantedBinding, WantedExchange, WantedQueue} from './wanted.js'

/** One way in which what stands is not what is wanted. */
export type Difference =
  | {readonly kind: 'missing'; readonly object: 'exchange' | 'queue'; readonly name: string}
  | {
      readonly kind: 'different'
      readonly object: 'exchange' | 'queue'
      readonly name: string
      /** `type`, `durable` or the name of an argument. */
      readonly argument: string
      readonly wanted: unknown
      readonly current: unknown
    }
  | {readonly kind: 'extra'; readonly object: 'exchange' | 'queue'; readonly name: string}
  | BindingDifference

export interface BindingDifference {
  readonly kind: 'missing_binding' | 'extra_binding'
  readonly exchange: string
  readonly queue: string
  readonly routingKey: string
}

/**
 * Compares the wanted topology with what stands. Extra is what carries the
 * prefix and is not wanted: a delay tier of an older ladder, a flow that was
 * taken out. A foreign queue that listens in on `in` is nobody's business.
 */
export function diffTopology(topology: Topology, live: LiveTopology): readonly Difference[] {
  const wanted = byKind(topology)
  switch (live.kind) {
    case 'existence':
      return [
        ...missing('exchange', wanted.exchanges, new Set(live.exchanges)),
        ...missing('queue', wanted.queues, new Set(live.queues)),
      ]
    case 'full':
      return [
        ...missing('exchange', wanted.exchanges, new Set(live.exchanges.map(({name}) => name))),
        ...missing('queue', wanted.queues, new Set(live.queues.map(({name}) => name))),
        ...compare('exchange', wanted.exchanges.map(exchangeTraits), live.exchanges.map(exchangeTraits)),
        ...compare('queue', wanted.queues.map(queueTraits), live.queues.map(queueTraits)),
        ...extra('exchange', topology.prefix, wanted.exchanges, live.exchanges),
        ...extra('queue', topology.prefix, wanted.queues, live.queues),
        ...compareBindings(topology.prefix, wanted.bindings, live.bindings),
      ]
  }
}

interface Named {
  readonly name: string
}

/** Everything about an object that a declare compares. */
interface Traits extends Named {
  readonly traits: Readonly<Record<string, unknown>>
}

function byKind({objects}: Topology) {
  const exchanges: WantedExchange[] = []
  const queues: WantedQueue[] = []
  const bindings: WantedBinding[] = []
  for (const object of objects) {
    switch (object.kind) {
      case 'exchange':
        exchanges.push(object)
        break
      case 'queue':
        queues.push(object)
        break
      case 'binding':
        bindings.push(object)
        break
    }
  }
  return {exchanges, queues, bindings}
}

function missing(object: 'exchange' | 'queue', wanted: readonly Named[], standing: ReadonlySet<string>): Difference[] {
  return wanted.filter(({name}) => !standing.has(name)).map(({name}) => ({kind: 'missing', object, name}))
}

interface ExchangeShape extends Named {
  readonly type: string
  readonly durable?: boolean
  readonly arguments: Readonly<Record<string, unknown>>
}

interface QueueShape extends Named {
  readonly durable?: boolean
  readonly arguments: Readonly<Record<string, unknown>>
}

function exchangeTraits({name, type, durable = true, arguments: args}: ExchangeShape): Traits {
  return {name, traits: {type, durable, ...args}}
}

function queueTraits({name, durable = true, arguments: args}: QueueShape): Traits {
  return {name, traits: {durable, ...args}}
}

function compare(object: 'exchange' | 'queue', wanted: readonly Traits[], live: readonly Traits[]): Difference[] {
  const standing = new Map(live.map(({name, traits}) => [name, traits]))
  return wanted.flatMap(({name, traits}) => {
    const current = standing.get(name)
    if (current === undefined) return []
    const names = [...new Set([...Object.keys(traits), ...Object.keys(current)])].toSorted()
    return names
      .filter((argument) => traits[argument] !== current[argument])
      .map((argument) => ({
        kind: 'different' as const,
        object,
        name,
        argument,
        wanted: traits[argument] ?? null,
        current: current[argument] ?? null,
      }))
  })
}

function extra(
  object: 'exchange' | 'queue',
  prefix: string,
  wanted: readonly Named[],
  live: readonly Named[],
): Difference[] {
  const known = new Set(wanted.map(({name}) => name))
  return live
    .filter(({name}) => name.startsWith(`${prefix}.`) && !known.has(name))
    .map(({name}) => ({kind: 'extra', object, name}))
}

function compareBindings(
  prefix: string,
  wanted: readonly WantedBinding[],
  live: readonly LiveBinding[],
): BindingDifference[] {
  const standing = live
    // Every queue is bound to the default exchange by itself.
    .filter(({exchange, destinationType}) => exchange !== '' && destinationType === 'queue')
    .map(({exchange, destination, routingKey}) => ({exchange, queue: destination, routingKey}))
  const standingKeys = new Set(standing.map(bindingKey))
  const wantedKeys = new Set(wanted.map(bindingKey))
  return [
    ...wanted
      .filter((binding) => !standingKeys.has(bindingKey(binding)))
      .map((binding) => toBindingDifference('missing_binding', binding)),
    ...standing
      .filter((binding) => binding.queue.startsWith(`${prefix}.`) && !wantedKeys.has(bindingKey(binding)))
      .map((binding) => toBindingDifference('extra_binding', binding)),
  ]
}

type BindingEnds = Omit<BindingDifference, 'kind'>

function bindingKey({exchange, queue, routingKey}: BindingEnds): string {
  return JSON.stringify([exchange, queue, routingKey])
}

function toBindingDifference(
  kind: BindingDifference['kind'],
  {exchange, queue, routingKey}: BindingEnds,
): BindingDifference {
  return {kind, exchange, queue, routingKey}
}
