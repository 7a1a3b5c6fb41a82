import {orAborted} from '#lib/erp/or-aborted.js'

/**
 * One call at a time, shared by all who want its result while it runs. A
 * waiter that gives up leaves the others theirs; the call itself is given up
 * when nobody waits any more, so that it cannot hold up a shutdown.
 */
export class SharedCall<T> {
  #running: Running<T> | undefined

  /** The result of the running call, or of a new one; undefined if the signal aborts first. */
  async join(start: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    if (signal.aborted) return undefined
    const running = (this.#running ??= this.#start(start))
    running.waiters += 1
    try {
      return await orAborted(running.result, signal)
    } finally {
      running.waiters -= 1
      if (running.waiters === 0) this.#giveUp(running)
    }
  }

  #start(start: (signal: AbortSignal) => Promise<T>): Running<T> {
    const controller = new AbortController()
    return {result: start(controller.signal), controller, waiters: 0}
  }

  #giveUp(running: Running<T>): void {
    if (this.#running === running) this.#running = undefined
    running.controller.abort()
  }
}

interface Running<T> {
  readonly result: Promise<T>
  readonly controller: AbortController
  waiters: number
}
