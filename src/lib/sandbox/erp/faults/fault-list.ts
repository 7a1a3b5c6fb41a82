import {aimOf, type Target} from './aim.js'
import {
  type Fault,
  isLatency,
  isRefusal,
  isSession,
  isTransport,
  type RefusalFault,
  type Schedule,
  type SessionFault,
  type TransportFault,
} from './fault.js'
import {seededRandom} from './random.js'

/** A fault that waits for its requests. */
export type ArmedFault = Fault & {readonly id: number; readonly hits: number}

interface Armed {
  readonly id: number
  readonly fault: Fault
  readonly isMeant: (target: Target) => boolean
  /** Its own numbers, so that one fault more does not change when the others strike. */
  readonly random: () => number
  hits: number
}

/** The faults that are set. The first one that strikes decides; latencies add up. */
export class FaultList {
  #armed: readonly Armed[] = []
  #seed: number
  #lastId = 0
  #cleared = new AbortController()
  readonly #injected = new Map<Fault['kind'], number>()

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Aborted as soon as the faults of now are taken away: what hangs because of one may end. */
  get cleared(): AbortSignal {
    return this.#cleared.signal
  }

  add(fault: Fault): ArmedFault {
    const id = ++this.#lastId
    const armed = {id, fault, isMeant: aimOf(fault), random: seededRandom(this.#seed + id), hits: 0}
    this.#armed = [...this.#armed, armed]
    return {...fault, id, hits: 0}
  }

  replace({seed, faults}: Schedule): readonly ArmedFault[] {
    this.clear()
    this.#seed = seed
    this.#lastId = 0
    return faults.map((fault) => this.add(fault))
  }

  clear(): void {
    this.#armed = []
    this.#cleared.abort()
    this.#cleared = new AbortController()
  }

  list(): readonly ArmedFault[] {
    return this.#armed.map(({id, fault, hits}) => ({...fault, id, hits}))
  }

  /** How often each kind struck. */
  injected(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#injected)
  }

  resetInjected(): void {
    this.#injected.clear()
  }

  takeLatencyMs(target: Target): number {
    const faults = this.#armed.filter((armed) => isLatency(armed.fault) && this.#strikes(armed, target))
    return faults.reduce((total, {fault}) => total + (isLatency(fault) ? fault.ms : 0), 0)
  }

  takeTransport(target: Target): TransportFault | undefined {
    return this.#take(isTransport, target)
  }

  takeSession(target: Target): SessionFault | undefined {
    return this.#take(isSession, target)
  }

  takeRefusal(target: Target): RefusalFault | undefined {
    return this.#take(isRefusal, target)
  }

  #take<Kind extends Fault>(isKind: (fault: Fault) => fault is Kind, target: Target): Kind | undefined {
    for (const armed of this.#armed) {
      const {fault} = armed
      if (isKind(fault) && this.#strikes(armed, target)) return fault
    }
    return undefined
  }

  #strikes(armed: Armed, target: Target): boolean {
    const {count, rate, kind} = armed.fault
    const limit = count ?? (rate === undefined ? 1 : Infinity)
    if (armed.hits >= limit || !armed.isMeant(target)) return false
    if (rate !== undefined && armed.random() >= rate) return false
    armed.hits += 1
    this.#injected.set(kind, (this.#injected.get(kind) ?? 0) + 1)
    return true
  }
}
