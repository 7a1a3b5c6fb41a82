import type {ChannelModel} from 'amqplib'
import {errorMessage} from '#lib/kernel/errors.js'
import {wait} from '#lib/kernel/wait.js'
import {maskUrl} from '#lib/kernel/mask.js'
import {backOffMs} from './back-off.js'
import {Bell} from './bell.js'
import {dial, dialAny, hangUp, requireAmqpUrls} from './dial.js'

/**
 * - `connected`: open and usable
 * - `blocked`: open, but the broker takes no publishes (memory or disk alarm)
 * - `reconnecting`: lost; tried again, with back-off, until it answers
 * - `closed`: closed by us, for good
 */
export type ConnectionState = 'connected' | 'blocked' | 'reconnecting' | 'closed'

/** A change of state, as an observer hears it. */
export type ConnectionChange =
  | {readonly state: 'connected'; readonly address: string}
  | {readonly state: 'blocked'; readonly reason: string}
  | {readonly state: 'reconnecting'; readonly reason: string; readonly attempt: number; readonly inMs: number}
  | {readonly state: 'closed'}

export interface BrokerOptions {
  /** Tried in order; after a loss, round-robin. */
  readonly urls: readonly string[]
  /** Shown in the broker's list of connections. */
  readonly name: string
}

/**
 * Connects to the first host that answers, each being tried once. Afterwards
 * the connection comes back by itself after every loss, until it is closed.
 *
 * @throws ErpSyncError 69 if no host answers, 77 if access is refused, 78 if an address is none.
 */
export async function connectBroker({urls, name}: BrokerOptions): Promise<BrokerConnection> {
  requireAmqpUrls(urls)
  const {model, index} = await dialAny(urls, name)
  return new BrokerConnection({urls, name}, model, index)
}

/**
 * A connection that outlives its sockets. Each socket has its own AMQP model;
 * channels belong to one model and die with it, so whoever builds on this
 * builds again after a loss: see `keepChannel`.
 */
export class BrokerConnection {
  readonly name: string
  readonly #urls: readonly string[]
  readonly #observers = new Set<(change: ConnectionChange) => void>()
  readonly #changed = new Bell()
  readonly #closing = new AbortController()
  readonly #keeping: Promise<void>
  #host: number
  #attempts = 0
  #state: ConnectionState = 'connected'
  #model: ChannelModel | undefined

  constructor({urls, name}: BrokerOptions, first: ChannelModel, host: number) {
    this.name = name
    this.#urls = urls
    this.#host = host
    this.#keeping = this.#keepAlive(first)
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** The host in use or tried last, password masked. */
  get address(): string {
    return maskUrl(this.#urls[this.#host] ?? '')
  }

  /** The broker's version, e.g. `3.10.8`; undefined while there is no connection. */
  get serverVersion(): string | undefined {
    return this.#model?.connection.serverProperties.version
  }

  /** Tells every change of state from now on, until the returned function is called. */
  observe(observer: (change: ConnectionChange) => void): () => void {
    this.#observers.add(observer)
    return () => this.#observers.delete(observer)
  }

  /** Waits for the open model; undefined if the connection was closed or the signal aborted before there was one. */
  async opened(signal: AbortSignal): Promise<ChannelModel | undefined> {
    while (this.#model === undefined && this.#state !== 'closed' && !signal.aborted) {
      await this.#changed.heard({signal})
    }
    return signal.aborted ? undefined : this.#model
  }

  /** Closes for good; channels and unacknowledged deliveries go with it. Safe to call twice. */
  async close(): Promise<void> {
    this.#closing.abort()
    // What was acknowledged a moment ago is written at the end of this turn, and by the driver at the end of the next one.
    await nextTurn()
    await nextTurn()
    if (this.#model) await closeModel(this.#model)
    await this.#keeping
  }

  async #keepAlive(first: ChannelModel): Promise<void> {
    let model: ChannelModel | undefined = first
    while (model) {
      if (this.#closing.signal.aborted) {
        await closeModel(model)
        break
      }
      const bornAt = performance.now()
      const reason = await this.#use(model)
      // A broker that takes connections only to drop them is not asked ten times a second.
      if (performance.now() - bornAt > steadyMs) this.#attempts = 0
      model = await this.#redial(reason)
    }
    this.#announce({state: 'closed'})
  }

  /** Lives with a model until it is gone, and tells why it went. */
  async #use(model: ChannelModel): Promise<string> {
    const gone = new Promise<string>((resolve) => {
      model.on('close', (error) => {
        // At once, so that nobody is given a model that is dead already.
        this.#model = undefined
        setTimeout(() => hangUp(model), hangUpAfterMs).unref()
        resolve(error === undefined ? 'closed' : errorMessage(error))
      })
    })
    model.on('blocked', (reason) => this.#announce({state: 'blocked', reason}))
    model.on('unblocked', () => this.#announce({state: 'connected', address: this.address}))
    this.#model = model
    this.#announce({state: 'connected', address: this.address})
    return gone
  }

  async #redial(loss: string): Promise<ChannelModel | undefined> {
    const {signal} = this.#closing
    let reason = loss
    while (!signal.aborted) {
      const attempt = ++this.#attempts
      const inMs = backOffMs(attempt)
      this.#announce({state: 'reconnecting', reason, attempt, inMs})
      await wait(inMs, signal)
      if (signal.aborted) return undefined
      try {
        return await this.#dialNext()
      } catch (error) {
        reason = errorMessage(error)
      }
    }
    return undefined
  }

  /** The host that was lost has its turn last. */
  async #dialNext(): Promise<ChannelModel> {
    this.#host = (this.#host + 1) % this.#urls.length
    return dial(this.#urls[this.#host] ?? '', this.name)
  }

  #announce(change: ConnectionChange): void {
    this.#state = change.state
    this.#changed.ring()
    for (const observer of this.#observers) observer(change)
  }
}

/** Closes with the AMQP handshake, or without it if the peer does not answer in time. */
async function closeModel(model: ChannelModel): Promise<void> {
  const timer = setTimeout(() => hangUp(model), closeTimeoutMs)
  const closed = new Promise<void>((resolve) => model.on('close', () => resolve()))
  try {
    await Promise.race([model.close(), closed])
  } catch {
    // It was gone already.
  } finally {
    clearTimeout(timer)
  }
}

async function nextTurn(): Promise<void> {
  await new Promise<void>((done) => setImmediate(done))
}

const closeTimeoutMs = 5000
const hangUpAfterMs = 1000
const steadyMs = 10_000
