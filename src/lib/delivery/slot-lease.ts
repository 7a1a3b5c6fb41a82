import type {LimitSettings} from '#lib/config/schema.js'
import {createObserver, type Observer} from './adaptive-limit.js'
import {claimShare, type GrantedShare} from './claim-share.js'
import type {GateParts} from './gate-parts.js'

/** A worker's lease on a share of a destination's slots, renewed for as long as it works. */
export class SlotLease {
  readonly observer: Observer = createObserver()
  readonly #destination: string
  readonly #limits: LimitSettings
  readonly #parts: GateParts
  #share: GrantedShare = {granted: 0, target: 0, limit: 1}
  #endsAtMs = 0
  #claimedAtMs = Number.NEGATIVE_INFINITY
  #hunger: 'none' | 'felt' | 'told' = 'none'

  constructor(destination: string, limits: LimitSettings, parts: GateParts) {
    this.#destination = destination
    this.#limits = limits
    this.#parts = parts
  }

  /**
   * Calls at once. None once the lease is over, for a worker cut off from
   * PostgreSQL: others have its slots then.
   */
  get slots(): number {
    return performance.now() < this.#endsAtMs ? Math.min(this.#share.granted, this.#share.target) : 0
  }

  /** Calls a second: the same share of the rate as of the slots. */
  get perSecond(): number | undefined {
    const {perSecond} = this.#limits
    return perSecond === undefined ? undefined : (perSecond * this.slots) / this.#share.limit
  }

  get isRenewalDue(): boolean {
    return this.#hunger === 'felt' || performance.now() - this.#claimedAtMs >= renewEveryMs
  }

  /** Notes that all slots are in use and somebody waits. True if the others have to be told. */
  feelHunger(): boolean {
    this.observer.noteSaturation()
    if (this.#hunger !== 'none') return false
    this.#hunger = 'felt'
    return true
  }

  /** Renews the lease, and says what is used and wanted. */
  async renew({inUse, demand}: {readonly inUse: number; readonly demand: number}): Promise<void> {
    const {name, database} = this.#parts
    const {slots} = this
    // While the answer is under way, calls may begin up to the old share.
    const self = {worker: name, inUse, demand, granted: Math.max(inUse, slots)}
    this.#claimedAtMs = performance.now()
    const endsAtMs = this.#claimedAtMs + leaseMs - marginMs
    this.#share = await claimShare(
      database,
      {destination: this.#destination, self, limits: this.#limits, observer: this.observer},
      leaseMs,
    )
    this.#endsAtMs = endsAtMs
    this.#hunger = demand > slots ? 'told' : 'none'
  }
}

const renewEveryMs = 2000
const leaseMs = 10_000
/** Our clock and the database's may not run at quite the same speed. */
const marginMs = 500
