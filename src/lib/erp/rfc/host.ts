import {setTimeout as pause} from 'node:timers/promises'
import {orAborted} from '#lib/erp/or-aborted.js'
import {wait} from '#lib/kernel/wait.js'
import {AddonProcess, type ProcessSettings, type Start} from './addon-process.js'
import {Lease} from './lease.js'
import {monotonicMs, type Obstacle, type RfcSystem} from './protocol.js'
import {ownError, type RfcError} from './rfc-error.js'

export type Leased =
  | {readonly kind: 'leased'; readonly lease: Lease}
  | {readonly kind: 'unusable'; readonly obstacle: Obstacle}
  | {readonly kind: 'failed'; readonly error: RfcError}

/**
 * The process that makes the calls to one destination, as all its flows share
 * it. If it ends, the next call starts another, after a pause that grows while
 * they keep ending.
 */
export class RfcHost {
  readonly #settings: ProcessSettings
  #running: Promise<Start> | undefined
  #lastId = 0
  /** Processes that ended uncalled for, with no answer in between. */
  #losses = 0
  #startAtMs = 0
  #isClosed = false
  #leases = 0
  #onIdle: () => void = () => {}

  constructor(settings: ProcessSettings) {
    this.#settings = settings
  }

  /** Starts the process, if none runs, and says what stands in the way on this machine. */
  async start(): Promise<Obstacle | undefined> {
    const started = await this.#start()
    return started.kind === 'unusable' ? started.obstacle : undefined
  }

  /** A connection, logged on, for one unit of work. */
  async lease(warm: readonly string[], deadline: number, signal: AbortSignal): Promise<Leased> {
    const pauseMs = Math.min(this.#startAtMs, deadline) - monotonicMs()
    if (pauseMs > 0) await wait(pauseMs, signal)
    const started = await orAborted(this.#start(), signal)
    if (started === undefined) return {kind: 'failed', error: ownError('ABORTED', 'given up')}
    if (started.kind !== 'ready') return started
    // What used the time up was this machine, and not SAP.
    if (monotonicMs() >= deadline) return {kind: 'failed', error: ownError('PROCESS_ENDED', 'not started in time')}
    return this.#leaseFrom(started.process, warm, deadline, signal)
  }

  /** Waits a while for the units of work that are under way, and lets the process close its connections and leave. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#leases > 0)
      await Promise.race([new Promise<void>((done) => (this.#onIdle = done)), pause(drainMs, undefined, {ref: false})])
    const started = await this.#running
    if (started?.kind === 'ready') await started.process.end()
  }

  async #leaseFrom(
    process: AddonProcess,
    warm: readonly string[],
    deadline: number,
    signal: AbortSignal,
  ): Promise<Leased> {
    const id = this.#nextId()
    const asking = process.ask({kind: 'lease', id, warm: [...warm], deadline})
    const answer = await orAborted(asking, signal)
    switch (answer?.kind) {
      case 'leased':
        this.#losses = 0
        return {kind: 'leased', lease: this.#lend(process, id, answer.system)}
      case 'failed':
        if (this.#isClogged(process, answer.error)) {
          process.kill()
          // Or the next lease would be asked of one that is about to end.
          await process.ended
        } else if (answer.error.code !== 'PROCESS_ENDED') this.#losses = 0
        return {kind: 'failed', error: answer.error}
      case 'answered':
        throw new Error('an answer without a call')
      case undefined:
        // It may be granted all the same, and nobody would give it back.
        void asking.then((late) => late.kind === 'leased' && process.tell({kind: 'release', lease: id, keep: true}))
        return {kind: 'failed', error: ownError('ABORTED', 'given up')}
    }
  }

  /** Nothing can end a logon that hangs. Without calls that others wait for, a new process is to be had for nothing. */
  #isClogged(process: AddonProcess, {code}: RfcError): boolean {
    if (code === 'OPEN_TIMEOUT') return !process.isBusy
    // All connections are taken, and by nobody: those who wait for one wait in vain.
    return code === 'BUSY' && this.#leases === 0
  }

  #lend(process: AddonProcess, id: number, system: RfcSystem): Lease {
    this.#leases += 1
    const onRelease = (): void => {
      this.#leases -= 1
      if (this.#leases === 0) this.#onIdle()
    }
    return new Lease({process, id, system, nextId: () => this.#nextId(), onRelease})
  }

  async #start(): Promise<Start> {
    if (this.#isClosed) return {kind: 'failed', error: ownError('PROCESS_ENDED', 'the connector is closed')}
    this.#running ??= this.#startOne()
    return this.#running
  }

  async #startOne(): Promise<Start> {
    const started = await AddonProcess.start(this.#settings)
    if (started.kind === 'ready') {
      void started.process.ended.then(() => this.#lose())
    } else this.#lose()
    return started
  }

  #lose(): void {
    this.#running = undefined
    this.#startAtMs = monotonicMs() + Math.min(firstPauseMs * 2 ** this.#losses, longestPauseMs)
    this.#losses += 1
  }

  #nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }
}

const drainMs = 5000
const firstPauseMs = 100
const longestPauseMs = 30_000
