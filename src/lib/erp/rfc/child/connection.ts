import {monotonicMs, type RfcSystem} from '#lib/erp/rfc/protocol.js'
import {ownError, type RfcError, toRfcError} from '#lib/erp/rfc/rfc-error.js'
import {type AddonClient, systemOf} from './addon.js'

export type CallResult =
  {readonly ok: true; readonly answer: Record<string, unknown>} | {readonly ok: false; readonly error: RfcError}

/**
 * One connection to SAP, used by one caller at a time. After any failure it is
 * broken for good: the addon may have logged on anew behind our back, with the
 * unit of work gone. `settled` tells when nothing is under way on it any more,
 * which can be long after its caller was told that his time is over.
 */
export class Connection {
  readonly #client: AddonClient
  readonly bornMs = monotonicMs()
  idleSinceMs = monotonicMs()
  #isBroken = false
  #settled: Promise<unknown> = Promise.resolve()

  constructor(client: AddonClient) {
    this.#client = client
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  get settled(): Promise<unknown> {
    return this.#settled
  }

  get system(): RfcSystem {
    return systemOf(this.#client)
  }

  /** Logs on. Nothing can cancel that: when its time is over it is left to itself. */
  async open(deadline: number): Promise<RfcError | undefined> {
    return this.#attempt(async () => this.#client.open(), deadline, {isLeft: true})
  }

  /** Asks for a sign of life. When its time is over it is cancelled, which is not waited for: the addon logs on anew after it. */
  async ping(deadline: number): Promise<RfcError | undefined> {
    const error = await this.#attempt(async () => this.#client.ping(), deadline, {isLeft: true})
    if (error?.code === 'OPEN_TIMEOUT') this.cancel()
    return error
  }

  /** Clears what the functions called so far have left in SAP's memory. */
  async reset(deadline: number): Promise<RfcError | undefined> {
    return this.#attempt(async () => this.#client.resetServerContext(), deadline)
  }

  /**
   * Has the metadata of a function fetched, by calling it with a parameter that
   * no function has: the library looks up the function first, finds the
   * parameter missing, and sends nothing.
   */
  async warm(name: string, deadline: number): Promise<RfcError | undefined> {
    const result = await this.call(name, {[noParameter]: ''}, deadline)
    if (result.ok) return undefined
    if (!parameterUnknown.has(result.error.code)) return result.error
    this.#isBroken = false
    return undefined
  }

  async call(name: string, parameters: object, deadline: number): Promise<CallResult> {
    let answer: Record<string, unknown> = {}
    const error = await this.#attempt(async () => {
      answer = await this.#client.call(name, parameters)
    }, deadline)
    return error === undefined ? {ok: true, answer} : {ok: false, error}
  }

  /** Ends what is under way. SAP's library closes the connection for it. */
  cancel(): void {
    this.#isBroken = true
    // Its outcome is that of the call it ends.
    this.#client.cancel().catch(() => {})
  }

  /** Closes the connection when nothing is under way on it any more. */
  async close(): Promise<void> {
    this.#isBroken = true
    await this.#settled
    await this.#client.close().catch(() => {})
  }

  async #attempt(act: () => Promise<unknown>, deadline: number, {isLeft = false} = {}): Promise<RfcError | undefined> {
    const leftMs = deadline - monotonicMs()
    if (leftMs <= 0) return ownError('NOT_STARTED', 'its time was over before it began')
    const acting = act().then(
      () => undefined,
      (thrown: unknown) => {
        this.#isBroken = true
        return toRfcError(thrown)
      },
    )
    this.#settled = acting
    return isLeft ? this.#orLeft(acting, leftMs) : this.#orCancelled(acting, leftMs)
  }

  async #orCancelled(acting: Promise<RfcError | undefined>, leftMs: number): Promise<RfcError | undefined> {
    const timer = setTimeout(() => this.cancel(), leftMs)
    try {
      return await acting
    } finally {
      clearTimeout(timer)
    }
  }

  async #orLeft(acting: Promise<RfcError | undefined>, leftMs: number): Promise<RfcError | undefined> {
    let timer: NodeJS.Timeout | undefined
    const over = new Promise<RfcError>((done) => {
      timer = setTimeout(() => {
        this.#isBroken = true
        done(ownError('OPEN_TIMEOUT', 'no connection in time'))
      }, leftMs)
    })
    try {
      return await Promise.race([acting, over])
    } finally {
      clearTimeout(timer)
    }
  }
}

const noParameter = 'ERPSYNC_HAS_NO_SUCH_PARAMETER'
const parameterUnknown: ReadonlySet<string> = new Set(['INVALID_PARAMETER', 'NOT_FOUND'])
