import {createPace} from './pace.js'

/** What stands between deliveries and their calls at this moment. */
export interface Conditions {
  /**
   * - `open`: deliveries go through as slots are free
   * - `probe`: one delivery may try, if it gets leave to
   * - `shut`: all wait
   */
  readonly door: 'open' | 'probe' | 'shut'
  readonly pausedFlows: ReadonlySet<string>
  /** Calls at once. */
  readonly slots: number
  /** Calls a second; undefined for as many as there are slots. */
  readonly perSecond: number | undefined
}

/** How the wait of a delivery ended. */
export type Admission = 'admitted' | 'admitted_to_probe' | 'overdue' | 'stopped'

interface WaitingRoomParts {
  readonly conditions: () => Conditions
  /** Asks whether one of those that wait may probe; answered by `admitProbe`, if at all. */
  readonly requestProbe: () => void
  /** All slots are in use, and somebody waits. */
  readonly onFull: () => void
  /** A wait longer than this is `overdue`. */
  readonly maxWaitMs: number
}

interface Waiter {
  readonly flow: string
  readonly end: (admission: Admission) => void
}

/**
 * Where deliveries to one destination wait for their turn, in the order of their
 * coming within a flow, the flows taking turns. Nothing is requeued: what waits
 * is unacknowledged, and the prefetch of the lanes bounds how much that is.
 */
export class WaitingRoom {
  readonly #parts: WaitingRoomParts
  /** By flow; the flow whose turn it is comes first. */
  readonly #waiting = new Map<string, Set<Waiter>>()
  readonly #pace = createPace()
  #timer: NodeJS.Timeout | undefined
  #inUse = 0
  #isStopped = false

  constructor(parts: WaitingRoomParts) {
    this.#parts = parts
  }

  /** Calls under way. */
  get inUse(): number {
    return this.#inUse
  }

  /** Calls under way, and deliveries that only wait for a slot. */
  get demand(): number {
    const {pausedFlows} = this.#parts.conditions()
    const waiting = [...this.#waiting].map(([flow, waiters]) => (pausedFlows.has(flow) ? 0 : waiters.size))
    return waiting.reduce((sum, count) => sum + count, this.#inUse)
  }

  /** Waits for a slot. Whoever is admitted calls `leave` afterwards. */
  async enter(flow: string): Promise<Admission> {
    if (this.#isStopped) return 'stopped'
    return new Promise<Admission>((done) => {
      const waiters = this.#waiting.get(flow) ?? new Set<Waiter>()
      this.#waiting.set(flow, waiters)
      let overdue: NodeJS.Timeout | undefined
      const waiter: Waiter = {
        flow,
        end: (admission) => {
          clearTimeout(overdue)
          waiters.delete(waiter)
          if (waiters.size === 0 && this.#waiting.get(flow) === waiters) this.#waiting.delete(flow)
          done(admission)
        },
      }
      waiters.add(waiter)
      this.admit()
      // Most are admitted at once.
      if (waiters.has(waiter)) overdue = setTimeout(() => waiter.end('overdue'), this.#parts.maxWaitMs)
    })
  }

  /** Frees a slot. */
  leave(): void {
    this.#inUse -= 1
    this.admit()
  }

  /** Lets in whom the conditions let in; called whenever they may have changed. */
  admit(): void {
    clearTimeout(this.#timer)
    for (;;) {
      const conditions = this.#parts.conditions()
      const waiter = this.#firstOf(conditions.pausedFlows)
      if (conditions.door === 'shut' || waiter === undefined) return
      if (this.#inUse >= conditions.slots) {
        this.#parts.onFull()
        return
      }
      const waitMs = this.#pace.waitMs(performance.now())
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.admit(), Math.ceil(waitMs))
        return
      }
      if (conditions.door === 'probe') {
        this.#parts.requestProbe()
        return
      }
      this.#let(waiter, 'admitted', conditions)
    }
  }

  /** Lets in the one that got leave to probe. False if nobody waits any more. */
  admitProbe(): boolean {
    const conditions = this.#parts.conditions()
    const waiter = this.#firstOf(conditions.pausedFlows)
    if (waiter === undefined || this.#inUse >= conditions.slots) return false
    this.#let(waiter, 'admitted_to_probe', conditions)
    return true
  }

  /** Sends everybody away, and lets nobody in any more. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    for (const waiters of this.#waiting.values()) for (const {end} of waiters) end('stopped')
  }

  #firstOf(pausedFlows: ReadonlySet<string>): Waiter | undefined {
    for (const [flow, waiters] of this.#waiting) {
      if (pausedFlows.has(flow)) continue
      const [first] = waiters
      if (first !== undefined) return first
    }
    return undefined
  }

  #let(waiter: Waiter, admission: Admission, {perSecond}: Conditions): void {
    this.#inUse += 1
    if (perSecond !== undefined) this.#pace.spend(performance.now(), perSecond)
    this.#giveTurnAway(waiter.flow)
    waiter.end(admission)
  }

  /** The flow that was served is the last to be served again. */
  #giveTurnAway(flow: string): void {
    const waiters = this.#waiting.get(flow)
    if (waiters === undefined) return
    this.#waiting.delete(flow)
    this.#waiting.set(flow, waiters)
  }
}
