import type {Reply, Request} from '#lib/erp/rfc/protocol.js'
import type {Addon} from './addon.js'
import type {Connection} from './connection.js'
import {ConnectionPool} from './pool.js'
import {writeBytes} from './bytes.js'

type Service = Exclude<Request, {kind: 'start' | 'end'}>

/** Serves leases and calls on a pool of connections. */
export class RfcServant {
  readonly #pool: ConnectionPool
  readonly #reply: (reply: Reply) => void
  readonly #leases = new Map<number, Connection>()
  readonly #sweeping: NodeJS.Timeout

  constructor(addon: Addon, max: number, reply: (reply: Reply) => void) {
    this.#pool = new ConnectionPool(addon, {max, idleMs, maxAgeMs, restMs})
    this.#reply = reply
    this.#sweeping = setInterval(() => this.#pool.sweep(), sweepEveryMs).unref()
  }

  serve(request: Service): void {
    switch (request.kind) {
      case 'lease':
        void this.#lease(request)
        return
      case 'call':
        void this.#call(request)
        return
      case 'cancel':
        this.#leases.get(request.lease)?.cancel()
        return
      case 'release':
        this.#release(request.lease, request.keep)
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeping)
    await this.#pool.close()
  }

  async #lease({id, warm, deadline}: Service & {readonly kind: 'lease'}): Promise<void> {
    const taken = await this.#pool.take(warm, deadline)
    if (!taken.ok) {
      this.#reply({kind: 'failed', id, error: taken.error})
      return
    }
    this.#leases.set(id, taken.connection)
    this.#reply({kind: 'leased', id, system: taken.connection.system})
  }

  async #call(request: Service & {readonly kind: 'call'}): Promise<void> {
    const {id, lease, deadline} = request
    const connection = this.#leases.get(lease)
    // The parent calls on leases it has been granted, and no more after their release.
    if (connection === undefined) throw new Error(`no lease ${lease}`)
    const result = await connection.call(request.function, request.parameters, deadline)
    if (result.ok) this.#reply({kind: 'answered', id, answer: writeBytes(result.answer)})
    else this.#reply({kind: 'failed', id, error: result.error})
  }

  #release(lease: number, keep: boolean): void {
    const connection = this.#leases.get(lease)
    this.#leases.delete(lease)
    if (connection !== undefined) void this.#pool.giveBack(connection, keep)
  }
}

const idleMs = 300_000
const maxAgeMs = 3_600_000
const restMs = 1000
const sweepEveryMs = 30_000
