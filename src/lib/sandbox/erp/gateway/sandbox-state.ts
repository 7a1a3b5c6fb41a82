import {FaultList} from '#lib/sandbox/erp/faults/fault-list.js'
import {createWorld, type World} from '#lib/sandbox/erp/world/world.js'
import {Sessions} from './sessions.js'

/** All that a running sandbox remembers. */
export class SandboxState {
  readonly faults: FaultList
  readonly sessions = new Sessions()
  #world = createWorld()
  #requests = 0

  constructor(seed: number) {
    this.faults = new FaultList(seed)
  }

  get world(): World {
    return this.#world
  }

  /** Requests to the services so far; those to the admin endpoints do not count. */
  get requests(): number {
    return this.#requests
  }

  countRequest(): void {
    this.#requests += 1
  }

  /** Back to the first day: no orders, no faults, nothing counted. Sessions live on. */
  reset(): void {
    this.#world = createWorld()
    this.#requests = 0
    this.faults.clear()
    this.faults.resetInjected()
  }
}
