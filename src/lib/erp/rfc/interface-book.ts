import type {Failure} from '#lib/kernel/failure.js'
import type {CallResult} from './lease.js'
import {type FunctionInterface, readInterface} from './interface.js'
import {judgeError, judgeLease} from './judge.js'
import {monotonicMs} from './protocol.js'
import type {Access} from './target.js'

/** The interfaces of the functions of one destination, each read from SAP once. */
export class InterfaceBook {
  readonly #known = new Map<string, FunctionInterface | undefined>()

  /** Reads what is not known yet. What SAP will not tell is known as undefined; that it is away is a failure. */
  async read(target: Access, names: readonly string[], signal: AbortSignal): Promise<Failure | undefined> {
    for (const name of names) {
      const failure = this.#known.has(name) ? undefined : await this.#readOne(target, name, signal)
      if (failure !== undefined) return failure
    }
    return undefined
  }

  of(name: string): FunctionInterface | undefined {
    return this.#known.get(name)
  }

  async #readOne(target: Access, name: string, signal: AbortSignal): Promise<Failure | undefined> {
    const deadline = monotonicMs() + target.timeoutMs
    const leased = await target.host.lease([name], deadline, signal)
    if (leased.kind !== 'leased') return judgeLease(target, leased, 'call')
    const {lease} = leased
    let failure: Failure | undefined
    const call = async (called: string, parameters: Readonly<Record<string, unknown>>): Promise<CallResult> => {
      const result = await lease.call(called, parameters, deadline, signal)
      if (!result.ok) failure ??= judgeError(target, result.error, {phase: 'read', stage: 'call', title: called})
      return result
    }
    const read = await readInterface(name, call)
    lease.release()
    if (failure?.class === 'transient' || failure?.class === 'throttled') return failure
    this.#known.set(name, read)
    return undefined
  }
}
