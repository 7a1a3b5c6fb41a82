import type {DestinationSettings} from '#lib/config/schema.js'
import {persist} from '#lib/db/persist.js'
import {errorMessage} from '#lib/kernel/errors.js'
import type {Log} from '#lib/kernel/log.js'
import {type BreakerState, type DestinationState, takeProbe} from '#lib/ledger/destinations.js'
import type {BreakerEvent} from './breaker.js'
import type {GateParts} from './gate-parts.js'
import {recordSign} from './record-sign.js'
import type {Sign} from './sign.js'

/** The breaker of a destination as one worker sees it; the ledger holds the one that counts. */
export class SharedBreaker {
  readonly #destination: string
  readonly #settings: DestinationSettings
  readonly #parts: GateParts
  #state: BreakerState = {kind: 'closed', failures: null}
  #isProbeDue = false

  constructor(destination: string, settings: DestinationSettings, parts: GateParts) {
    this.#destination = destination
    this.#settings = settings
    this.#parts = parts
  }

  /** Whether calls may be made; `probe` if one may, by whoever gets the lease. */
  get door(): 'open' | 'probe' | 'shut' {
    switch (this.#state.kind) {
      case 'closed':
        return 'open'
      case 'open':
      case 'half_open':
        return this.#isProbeDue ? 'probe' : 'shut'
    }
  }

  /** Follows what was read from the ledger. */
  follow({breaker, isProbeDue}: DestinationState): void {
    this.#state = breaker
    this.#isProbeDue = isProbeDue
  }

  /**
   * Lets the breaker know how a call went. A success that follows a success
   * costs no round trip.
   *
   * @returns whether the ledger was told.
   */
  async learn(sign: Sign, lastedMs: number, isProbe: boolean): Promise<boolean> {
    if (!isProbe && !isNews(sign, this.#state)) return false
    await this.#record(eventOf(sign, lastedMs, isProbe ? {prober: this.#parts.name} : {}))
    return true
  }

  /** Tries to become the one of all workers that probes. Until the next reading nobody here tries again. */
  async takeProbe(): Promise<boolean> {
    const {name, database, log} = this.#parts
    const destination = this.#destination
    const leaseMs = this.#settings.timeout * callsOfProbe + probeMarginMs
    this.#isProbeDue = false
    try {
      const isOurs = await takeProbe(database, destination, {owner: name, leaseMs})
      if (isOurs) log.info({destination}, 'probing destination')
      return isOurs
    } catch (error) {
      log.warn({destination, error: errorMessage(error)}, 'no probe: ledger not reachable')
      return false
    }
  }

  /** The outcome of a call must not be lost for want of a breaker: what goes wrong here is only logged. */
  async #record(event: BreakerEvent): Promise<void> {
    const {database, log} = this.#parts
    const destination = this.#destination
    try {
      const work = async () => recordSign(database, destination, event, this.#settings.breaker)
      const {before, after} = await persist(work, this.#parts)
      this.#state = after
      this.#isProbeDue = false
      reportChange(log, destination, before, after)
    } catch (error) {
      log.error({destination, error: errorMessage(error)}, 'breaker not moved')
    }
  }
}

/** Whether a sign would change the breaker, as far as this worker knows it. */
function isNews(sign: Sign, breaker: BreakerState): boolean {
  switch (sign.kind) {
    case 'alive':
    case 'refused':
      return breaker.kind === 'open' || (breaker.kind === 'closed' && breaker.failures !== null)
    case 'away':
      return breaker.kind === 'closed'
    case 'nothing':
      return false
  }
}

function eventOf(sign: Sign, lastedMs: number, by: {readonly prober?: string}): BreakerEvent {
  switch (sign.kind) {
    case 'away':
      return {...sign, ...by, lastedMs}
    case 'alive':
    case 'refused':
      return {kind: 'alive', ...by}
    case 'nothing':
      return {kind: 'nothing', ...by}
  }
}

function reportChange(log: Log, destination: string, before: BreakerState, after: BreakerState): void {
  if (before.kind === after.kind) return
  switch (after.kind) {
    case 'closed':
      log.info({destination}, 'destination is back; deliveries go on')
      return
    case 'open': {
      const {lastCode: code, count: failures} = after.failures
      const event = before.kind === 'closed' ? 'destination is away; deliveries wait' : 'destination is still away'
      log.warn({destination, code, failures, probeAt: after.probeAt}, event)
      return
    }
    case 'half_open':
      return
  }
}

/** A submit may take several calls, each with its own deadline: a token, a look, the write. */
const callsOfProbe = 3
const probeMarginMs = 10_000
