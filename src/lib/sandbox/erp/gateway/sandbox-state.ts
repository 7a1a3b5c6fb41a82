import {FaultList} from '#lib/sandbox/erp/faults/fault-list.js'
import {InProcess} from '#lib/sandbox/erp/idoc/in-process.js'
import {createWorld, type World} from '#lib/sandbox/erp/world/world.js'
import {Sessions} from './sessions.js'

/** All that a running sandbox remembers. */
export class SandboxState {
  readonly faults: FaultList
  readonly sessions = new Sessions()
  readonly idocsInProcess = new InProcess()
  #world = createWorld()
  #requests = 0
  #underWay = 0
  #mostAtOnce = 0

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

  /** Requests to the services under way at once, at most. */
  get mostAtOnce(): number {
    return this.#mostAtOnce
  }

  requestBegins(): void {
    this.#requests += 1
    this.#underWay += 1
    this.#mostAtOnce = Math.max(this.#mostAtOnce, this.#underWay)
  }

  requestEnds(): void {
    this.#underWay -= 1
  }

  /** Back to the first day: no orders, no faults, nothing counted. Sessions live on. */
  reset(): void {
    this.#world = createWorld()
    this.#requests = 0
    this.#mostAtOnce = this.#underWay
    this.faults.clear()
    this.faults.resetInjected()
  }
}
