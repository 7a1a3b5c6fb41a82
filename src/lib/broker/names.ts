import type {Lane} from '#lib/kernel/lane.js'

/** Every exchange, by its part in the topology. */
export interface ExchangeNames {
  /** Topic; where messages enter. What no flow is bound for goes on to `unroutable`. */
  readonly in: string
  /** Direct; the way back into a lane, for delay tiers and replays. */
  readonly lane: string
  /** Direct; the entry to the delay tiers. */
  readonly delay: string
  /** Direct; the entry to the dead-letter queues. */
  readonly dlx: string
  /** Fanout; keeps what entered for no known flow. */
  readonly unroutable: string
  /** Fanout; the last resort of a dead-letter queue. Nobody consumes it. */
  readonly parking: string
}

/** The exchanges under a prefix. */
export function exchangeNames(prefix: string): ExchangeNames {
  return {
    in: `${prefix}.in`,
    lane: `${prefix}.lane`,
    delay: `${prefix}.delay`,
    dlx: `${prefix}.dlx`,
    unroutable: `${prefix}.unroutable`,
    parking: `${prefix}.parking`,
  }
}

/** The queue of a flow's lane. */
export function queueOf(prefix: string, flow: string, lane: Lane): string {
  return `${prefix}.${flow}.${lane}`
}

/** The queue that collects a flow's dead letters for the archive. */
export function dlqOf(prefix: string, flow: string): string {
  return `${prefix}.${flow}.dlq`
}

/** A delay tier of a flow. Its length is in its name, so that a changed ladder makes new queues and the old ones drain. */
export function delayQueueOf(prefix: string, flow: string, ms: number): string {
  return `${prefix}.${flow}.delay.${ms}`
}

/** The queue behind the exchange of the same name. */
export function unroutableQueue(prefix: string): string {
  return exchangeNames(prefix).unroutable
}

/** The queue behind the exchange of the same name. */
export function parkingQueue(prefix: string): string {
  return exchangeNames(prefix).parking
}

/** Binds a flow's work lane to `in`: the flow's own name and anything a publisher adds behind a dot. */
export function inBindingKey(flow: string): string {
  return `${flow}.#`
}

/** Publishes a first delivery to `in`. */
export function inKey(flow: string): string {
  return flow
}

/** Publishes to a lane by way of `lane`. */
export function laneKey(flow: string, lane: Lane): string {
  return `${flow}.${lane}`
}

/** Publishes to a delay tier by way of `delay`. */
export function delayKey(flow: string, ms: number): string {
  return `${flow}.${ms}`
}

/** Publishes a dead letter by way of `dlx`. */
export function dlxKey(flow: string): string {
  return flow
}
