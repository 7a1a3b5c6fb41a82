import type {DestinationSettings} from '#lib/config/schema.js'
import {persist} from '#lib/db/persist.js'
import type {ProbeOutcome, SubmitOutcome} from '#lib/erp/connector.js'
import {closedWindowAt} from '#lib/kernel/closed-window.js'
import {errorMessage} from '#lib/kernel/errors.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {DestinationState} from '#lib/ledger/destinations.js'
import type {GateParts} from './gate-parts.js'
import {pauseUnlessPaused} from './pauses.js'
import type {Entry, Permit} from './permit.js'
import {SharedBreaker} from './shared-breaker.js'
import {type Sign, signOf} from './sign.js'
import {SlotLease} from './slot-lease.js'
import {type Conditions, WaitingRoom} from './waiting-room.js'

interface DestinationGateOptions {
  readonly maxWaitMs: number
  /** Has the ledger read and the lease renewed soon. */
  readonly onHungry: () => void
}

/** What was read of a destination and its flows. */
export interface GateReading {
  /** When the reading began, on the clock of `performance.now()`. */
  readonly begunMs: number
  readonly state: DestinationState | undefined
  readonly isPaused: boolean
  readonly pausedFlows: ReadonlySet<string>
}

/** The gate of one destination in one worker: its waiting room, the breaker it follows and its lease on the slots. */
export class DestinationGate {
  readonly #destination: string
  readonly #settings: DestinationSettings
  readonly #parts: GateParts
  readonly #room: WaitingRoom
  readonly #breaker: SharedBreaker
  readonly #lease: SlotLease
  readonly #heeded = new WeakSet<Failure>()
  #isPaused = false
  #isInClosedWindow = false
  #pausedFlows: ReadonlySet<string> = new Set()
  #toldMs = Number.NEGATIVE_INFINITY

  constructor(
    destination: string,
    settings: DestinationSettings,
    parts: GateParts,
    {maxWaitMs, onHungry}: DestinationGateOptions,
  ) {
    this.#destination = destination
    this.#settings = settings
    this.#parts = parts
    this.#breaker = new SharedBreaker(destination, settings, parts)
    this.#lease = new SlotLease(destination, settings.limits, parts)
    this.#room = new WaitingRoom({
      maxWaitMs,
      conditions: () => this.#conditions(),
      requestProbe: () => void this.#probe(),
      onFull: () => {
        if (this.#lease.feelHunger()) onHungry()
      },
    })
  }

  async enter(flow: string): Promise<Entry> {
    const admission = await this.#room.enter(flow)
    switch (admission) {
      case 'admitted':
        return {kind: 'admitted', permit: this.#permit(flow, {isProbe: false})}
      case 'admitted_to_probe':
        return {kind: 'admitted', permit: this.#permit(flow, {isProbe: true})}
      case 'overdue':
      case 'stopped':
        return {kind: admission}
    }
  }

  /** Follows what was read from the ledger; not if that was begun before we told it something ourselves. */
  follow({begunMs, state, isPaused, pausedFlows}: GateReading): void {
    if (begunMs < this.#toldMs) return
    if (state !== undefined) this.#breaker.follow(state)
    this.#isPaused = isPaused
    this.#pausedFlows = pausedFlows
    this.#isInClosedWindow = closedWindowAt(this.#settings.limits.closed, this.#parts.clock.now()) !== undefined
    this.#room.admit()
  }

  /** Renews the lease on the slots if its time has come. */
  async renew(): Promise<void> {
    if (!this.#lease.isRenewalDue) return
    await this.#lease.renew(this.#room)
    this.#room.admit()
  }

  /** Sends away whoever waits; calls under way go on. */
  stop(): void {
    this.#room.stop()
  }

  #conditions(): Conditions {
    const {slots, perSecond} = this.#lease
    const isShut = this.#isPaused || this.#isInClosedWindow
    return {door: isShut ? 'shut' : this.#breaker.door, pausedFlows: this.#pausedFlows, slots, perSecond}
  }

  #permit(flow: string, {isProbe}: {readonly isProbe: boolean}): Permit {
    let isOver = false
    const end = async (sign: Sign, lastedMs: number): Promise<void> => {
      if (isOver) return
      isOver = true
      if (sign.kind === 'alive') this.#lease.observer.note({lastedMs, isThrottled: sign.isThrottled})
      // First the ledger, then the slot: or one more would run into the same failure.
      if (sign.kind === 'refused') await this.#pause(sign, flow)
      if (await this.#breaker.learn(sign, lastedMs, isProbe)) this.#toldMs = performance.now()
      this.#room.leave()
    }
    return {
      spend: async (call) => {
        const begunMs = performance.now()
        let sign: Sign = {kind: 'nothing'}
        try {
          const outcome = await call()
          sign = this.#signOf(outcome)
          return outcome
        } finally {
          await end(sign, performance.now() - begunMs)
        }
      },
      giveBack: async () => end({kind: 'nothing'}, 0),
    }
  }

  /** The documents of a batch share the failure of a call that was lost or refused: one sign, and not many in a row. */
  #signOf(outcome: SubmitOutcome | ProbeOutcome): Sign {
    if (outcome.kind !== 'failed') return signOf(outcome)
    if (this.#heeded.has(outcome.failure)) return {kind: 'nothing'}
    this.#heeded.add(outcome.failure)
    return signOf(outcome)
  }

  async #pause({scope, reason}: Sign & {readonly kind: 'refused'}, flow: string): Promise<void> {
    const {database, log} = this.#parts
    const name = scope === 'flow' ? flow : this.#destination
    if (scope === 'flow') this.#pausedFlows = new Set([...this.#pausedFlows, flow])
    else this.#isPaused = true
    // Until it is written, a reading would lift the pause again and let one more run into the same refusal.
    this.#toldMs = Number.POSITIVE_INFINITY
    const pause = {scope, name, reason, by: 'erpsync', forMs: null}
    try {
      const isNew = await persist(async () => pauseUnlessPaused(database, pause), this.#parts)
      if (isNew) log.error({[scope]: name, reason}, `${scope} paused: a person must act`)
    } catch (error) {
      log.error({[scope]: name, error: errorMessage(error)}, `${scope} not paused`)
    }
    this.#toldMs = performance.now()
  }

  async #probe(): Promise<void> {
    if (!(await this.#breaker.takeProbe())) return
    // Those that waited may have gone meanwhile; then the lease is of use to others.
    if (!this.#room.admitProbe()) await this.#breaker.learn({kind: 'nothing'}, 0, true)
  }
}
