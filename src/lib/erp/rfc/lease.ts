import {orAborted} from '#lib/erp/or-aborted.js'
import type {AddonProcess} from './addon-process.js'
import type {Parameters} from './body.js'
import type {RfcSystem} from './protocol.js'
import {ownError, type RfcError} from './rfc-error.js'

export type CallResult =
  {readonly ok: true; readonly answer: Parameters} | {readonly ok: false; readonly error: RfcError}

interface LeaseParts {
  readonly process: AddonProcess
  readonly id: number
  readonly system: RfcSystem
  readonly nextId: () => number
  readonly onRelease: () => void
}

/** A connection in the other process that is ours until it is released. All calls on it share one ABAP session. */
export class Lease {
  readonly #parts: LeaseParts
  #isSound = true

  constructor(parts: LeaseParts) {
    this.#parts = parts
  }

  get system(): RfcSystem {
    return this.#parts.system
  }

  /** Calls a function. Once the signal has aborted, or the deadline is over, none is begun. */
  async call(name: string, parameters: Parameters, deadline: number, signal: AbortSignal): Promise<CallResult> {
    if (signal.aborted) return this.#fail(ownError('NOT_STARTED', 'given up before it began'))
    const {process, id: lease, nextId} = this.#parts
    const question = {kind: 'call', id: nextId(), lease, function: name, parameters, deadline} as const
    const answer = await orAborted(process.ask(question), signal)
    switch (answer?.kind) {
      case 'answered':
        return {ok: true, answer: answer.answer}
      case 'failed':
        return this.#fail(answer.error)
      case 'leased':
        throw new Error('a lease in answer to a call')
      case undefined:
        process.tell({kind: 'cancel', lease})
        return this.#fail(ownError('ABORTED', 'given up'))
    }
  }

  /** After any failure the connection is discarded, and with it the unit of work. */
  release(): void {
    const {process, id, onRelease} = this.#parts
    process.tell({kind: 'release', lease: id, keep: this.#isSound})
    onRelease()
  }

  #fail(error: RfcError): CallResult {
    this.#isSound = false
    return {ok: false, error}
  }
}
