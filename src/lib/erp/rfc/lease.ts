import {orAborted} from '#lib/erp/or-aborted.js'
import type {AddonProcess} from './addon-process.js'
import type {Parameters} from './body.js'
import type {RfcSystem} from './protocol.js'
import {ownError, type RfcError} from './rfc-error.js'

export type CallResult =
  {readonly ok: true; readonly answer: Parameters} | {readonly ok: false; readonly error: RfcError}

/** A connection in the other process that is ours until it is released. All calls on it share one ABAP session. */
export class Lease {
  readonly #process: AddonProcess
  readonly #id: number
  readonly #nextId: () => number
  readonly system: RfcSystem
  #isSound = true

  constructor(process: AddonProcess, id: number, system: RfcSystem, nextId: () => number) {
    this.#process = process
    this.#id = id
    this.system = system
    this.#nextId = nextId
  }

  /** Calls a function. Once the signal has aborted, or the deadline is over, none is begun. */
  async call(name: string, parameters: Parameters, deadline: number, signal: AbortSignal): Promise<CallResult> {
    if (signal.aborted) return this.#fail(ownError('NOT_STARTED', 'given up before it began'))
    const question = {kind: 'call', id: this.#nextId(), lease: this.#id, function: name, parameters, deadline} as const
    const answer = await orAborted(this.#process.ask(question), signal)
    switch (answer?.kind) {
      case 'answered':
        return {ok: true, answer: answer.answer}
      case 'failed':
        return this.#fail(answer.error)
      case 'leased':
        throw new Error('a lease in answer to a call')
      case undefined:
        this.#process.tell({kind: 'cancel', lease: this.#id})
        return this.#fail(ownError('ABORTED', 'given up'))
    }
  }

  /** After any failure the connection is discarded, and with it the unit of work. */
  release(): void {
    this.#process.tell({kind: 'release', lease: this.#id, keep: this.#isSound})
  }

  #fail(error: RfcError): CallResult {
    this.#isSound = false
    return {ok: false, error}
  }
}
