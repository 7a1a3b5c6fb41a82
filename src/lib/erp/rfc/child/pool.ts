import {monotonicMs} from '#lib/erp/rfc/protocol.js'
import {ownError, type RfcError, toRfcError} from '#lib/erp/rfc/rfc-error.js'
import type {Addon} from './addon.js'
import {Connection} from './connection.js'

interface PoolOptions {
  /** Connections at most, those counted that are not used any more but still busy. */
  readonly max: number
  /** An idle connection is closed after this. */
  readonly idleMs: number
  /** However busy, it is not used again after this. */
  readonly maxAgeMs: number
  /** One that was idle for longer is asked for a sign of life before it is used. */
  readonly restMs: number
}

export type Taken =
  {readonly ok: true; readonly connection: Connection} | {readonly ok: false; readonly error: RfcError}

/**
 * The connections of this process. Not node-rfc's own pool: that one has no
 * maximum, waits for ever, and holds up all callers while one logs on.
 */
export class ConnectionPool {
  readonly #addon: Addon
  readonly #options: PoolOptions
  readonly #idle: Connection[] = []
  readonly #waiting: (() => void)[] = []
  readonly #warm = new Set<string>()
  #count = 0
  /** SAP has let us in, and not turned us away since. */
  #isWelcome = false
  #logon: Promise<Taken> | undefined

  constructor(addon: Addon, options: PoolOptions) {
    this.#addon = addon
    this.#options = options
  }

  /** A connection that is logged on and alive, and knows these functions. */
  async take(warm: readonly string[], deadline: number): Promise<Taken> {
    const taken = await this.#takeLive(deadline)
    if (!taken.ok) return taken
    for (const name of warm.filter((each) => !this.#warm.has(each))) {
      const error = await taken.connection.warm(name, deadline)
      if (error !== undefined) {
        this.#drop(taken.connection)
        return {ok: false, error}
      }
      // The library keeps it for all connections to the system.
      this.#warm.add(name)
    }
    return taken
  }

  /** Takes a connection back; it is used again only if it is as good as new. */
  async giveBack(connection: Connection, keep: boolean): Promise<void> {
    const isOld = monotonicMs() - connection.bornMs > this.#options.maxAgeMs
    if (!keep || isOld || connection.isBroken || (await connection.reset(monotonicMs() + resetMs)) !== undefined) {
      this.#drop(connection)
      return
    }
    connection.idleSinceMs = monotonicMs()
    this.#idle.push(connection)
    this.#waiting.shift()?.()
  }

  /** Closes what nobody has used for a while. */
  sweep(): void {
    const now = monotonicMs()
    for (const connection of this.#idle.filter(({idleSinceMs}) => now - idleSinceMs > this.#options.idleMs)) {
      this.#idle.splice(this.#idle.indexOf(connection), 1)
      this.#drop(connection)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map(async (connection) => connection.close()))
  }

  async #takeLive(deadline: number): Promise<Taken> {
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined && this.#count < this.#options.max) return this.#open(deadline)
      if (connection === undefined) {
        if (!(await this.#turn(deadline))) return {ok: false, error: ownError('BUSY', 'all connections are in use')}
        continue
      }
      const isRested = monotonicMs() - connection.idleSinceMs > this.#options.restMs
      if (!isRested || (await connection.ping(deadline)) === undefined) return {ok: true, connection}
      this.#drop(connection)
    }
  }

  /**
   * Logs on. Until that has succeeded once, one tries for all who wait: SAP
   * counts refused logons, and locks the user after a few.
   */
  async #open(deadline: number): Promise<Taken> {
    this.#count += 1
    while (!this.#isWelcome && this.#logon !== undefined) {
      const first = await within(this.#logon, deadline)
      if (first === undefined) return this.#give({ok: false, error: ownError('OPEN_TIMEOUT', 'no logon in time')})
      if (!first.ok && isRefused(first.error)) return this.#give(first)
    }
    const logon = this.#logOn(deadline)
    if (!this.#isWelcome) this.#logon = logon
    const outcome = await logon
    if (this.#logon === logon) this.#logon = undefined
    if (outcome.ok) this.#isWelcome = true
    else if (isRefused(outcome.error)) this.#isWelcome = false
    return outcome
  }

  async #logOn(deadline: number): Promise<Taken> {
    const connection = this.#create()
    if (!(connection instanceof Connection)) return this.#give({ok: false, error: connection})
    const error = await connection.open(deadline)
    if (error === undefined) return {ok: true, connection}
    this.#drop(connection)
    return {ok: false, error}
  }

  #create(): Connection | RfcError {
    try {
      return new Connection(this.#addon.createClient())
    } catch (thrown) {
      return toRfcError(thrown)
    }
  }

  /** Closes it in the background. Until then it counts: whatever is under way on it holds a thread. */
  #drop(connection: Connection): void {
    void connection.close().then(() => this.#leave())
  }

  /** The outcome of an attempt that has come to no connection. */
  #give(outcome: Taken): Taken {
    this.#leave()
    return outcome
  }

  #leave(): void {
    this.#count -= 1
    this.#waiting.shift()?.()
  }

  /** Waits until a connection may be free; false if that takes too long. */
  async #turn(deadline: number): Promise<boolean> {
    const leftMs = deadline - monotonicMs()
    if (leftMs <= 0) return false
    return new Promise((done) => {
      const come = (): void => {
        clearTimeout(timer)
        done(true)
      }
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(come), 1)
        done(false)
      }, leftMs)
      this.#waiting.push(come)
    })
  }
}

function isRefused({group}: RfcError): boolean {
  return group === logonGroup
}

async function within<Result>(result: Promise<Result>, deadline: number): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((done) => {
    timer = setTimeout(() => done(undefined), Math.max(0, deadline - monotonicMs()))
  })
  try {
    return await Promise.race([result, late])
  } finally {
    clearTimeout(timer)
  }
}

const logonGroup = 3
const resetMs = 10_000
