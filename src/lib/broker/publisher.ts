import {IllegalOperationError, type ConfirmChannel, type Message} from 'amqplib'
import {errorMessage} from '#lib/kernel/errors.js'
import {Bell} from './bell.js'
import type {BrokerConnection} from './connection.js'
import {headerBytes, maxHeaderBytes, type Headers} from './headers.js'
import {keepChannel, type KeptChannel, type Link, type Loss} from './kept-channel.js'

/** What is published. It is always persistent and mandatory, and never expires. */
export interface PublishMessage {
  readonly exchange: string
  readonly routingKey: string
  readonly messageId: string
  readonly headers: Headers
  readonly body: Buffer
  readonly type?: string
  readonly contentType?: string
}

/**
 * - `confirmed`: it is safe in at least one quorum queue
 * - `returned`: it reached no queue, and the broker threw it away
 * - `nacked`: a queue refused it (full), though another may have it
 * - `lost`: the connection went or the time was up; it may have arrived or not
 */
export type PublishOutcome =
  | {readonly kind: 'confirmed'}
  | {readonly kind: 'returned'; readonly reason: string}
  | {readonly kind: 'nacked'}
  | {readonly kind: 'lost'; readonly reason: string}

/** Opens a publisher. It has its own channel, in confirm mode, and survives reconnects. */
export function openPublisher(connection: BrokerConnection): Publisher {
  return new Publisher(connection)
}

interface Pending {
  returned: string | undefined
  readonly settle: (outcome: PublishOutcome) => void
}

export class Publisher {
  readonly #connection: BrokerConnection
  readonly #kept: KeptChannel
  readonly #stopObserving: () => void
  readonly #changed = new Bell()
  readonly #pending = new Map<string, Pending>()
  #link: Link<ConfirmChannel> | undefined
  #isFull = false
  #stage: 'open' | 'closing' | 'closed' = 'open'
  #underWay = 0
  #loss = 'there is no connection to RabbitMQ'
  #sequence = 0

  constructor(connection: BrokerConnection) {
    this.#connection = connection
    this.#stopObserving = connection.observe(() => this.#changed.ring())
    this.#kept = keepChannel<ConfirmChannel>(connection, {
      open: async (model) => model.createConfirmChannel(),
      ready: async (link) => this.#use(link),
      lost: (loss) => this.#lose(loss),
    })
  }

  /**
   * Publishes and waits for the broker's confirm. Any number may be under way
   * at once. While there is no connection, or the broker is blocked, it waits
   * for better times within the same timeout.
   *
   * @throws RangeError if the headers are too long, which is a programming error.
   */
  async publish(message: PublishMessage, timeoutMs = defaultTimeoutMs): Promise<PublishOutcome> {
    const length = headerBytes(message.headers)
    if (length > maxHeaderBytes) throw new RangeError(`${length} bytes of headers; ${maxHeaderBytes} are allowed.`)

    if (this.#stage !== 'open') return notSent('the publisher is closed')

    this.#underWay += 1
    try {
      return await this.#publishInTime(message, timeoutMs)
    } finally {
      this.#underWay -= 1
      if (this.#underWay === 0) this.#changed.ring()
    }
  }

  /** Takes nothing new, finishes what is under way (bounded), then closes the channel. */
  async close(timeoutMs = defaultTimeoutMs): Promise<void> {
    if (this.#stage === 'open') this.#stage = 'closing'
    const deadline = performance.now() + timeoutMs
    for (let leftMs = timeoutMs; leftMs > 0 && this.#underWay > 0; leftMs = deadline - performance.now()) {
      await this.#changed.heard({timeoutMs: leftMs})
    }
    this.#stage = 'closed'
    this.#stopObserving()
    this.#changed.ring()
    await this.#kept.close()
  }

  async #publishInTime(message: PublishMessage, timeoutMs: number): Promise<PublishOutcome> {
    const deadline = performance.now() + timeoutMs
    for (let leftMs = timeoutMs; leftMs > 0 && this.#stage !== 'closed'; leftMs = deadline - performance.now()) {
      const link = this.#writableLink()
      if (link) return this.#send(link, message, leftMs)
      await this.#changed.heard({timeoutMs: leftMs})
    }
    return notSent(this.#obstacle())
  }

  async #use(link: Link<ConfirmChannel>): Promise<void> {
    link.channel.on('return', (message) => {
      const pending = this.#pending.get(String(message.properties.correlationId))
      if (pending) pending.returned = returnReason(message)
    })
    link.channel.on('drain', () => {
      this.#isFull = false
      this.#changed.ring()
    })
    this.#isFull = false
    this.#link = link
    this.#changed.ring()
  }

  #lose({reason}: Loss): void {
    this.#link = undefined
    this.#loss = reason
  }

  #writableLink(): Link<ConfirmChannel> | undefined {
    if (this.#isFull || this.#connection.state === 'blocked') return undefined
    return this.#link?.isAlive() ? this.#link : undefined
  }

  #obstacle(): string {
    if (this.#stage === 'closed') return 'the publisher is closed'
    if (this.#connection.state === 'blocked') return 'RabbitMQ takes no publishes (memory or disk alarm)'
    return this.#link?.isAlive() ? 'RabbitMQ reads too slowly' : this.#loss
  }

  async #send(
    {channel, isAlive}: Link<ConfirmChannel>,
    message: PublishMessage,
    leftMs: number,
  ): Promise<PublishOutcome> {
    const {exchange, routingKey, body, ...properties} = message
    // A return names no delivery tag; this tells which of the publishes under way it is for.
    const correlationId = String(++this.#sequence)
    const options = {...properties, correlationId, persistent: true, mandatory: true}

    return new Promise((resolve, reject) => {
      const settle = (outcome: PublishOutcome): void => {
        clearTimeout(timer)
        this.#pending.delete(correlationId)
        resolve(outcome)
      }
      const timer = setTimeout(() => settle({kind: 'lost', reason: 'no confirm in time'}), leftMs)
      const pending: Pending = {returned: undefined, settle}
      this.#pending.set(correlationId, pending)
      try {
        this.#isFull = !channel.publish(exchange, routingKey, body, options, (error) => {
          settle(confirmOutcome(pending.returned, error !== null, isAlive()))
        })
      } catch (error) {
        // A connection that began to close a moment ago refuses so; anything else is a bug of the caller.
        if (!(error instanceof IllegalOperationError)) reject(error)
        settle({kind: 'lost', reason: errorMessage(error)})
      }
    })
  }
}

function notSent(why: string): PublishOutcome {
  return {kind: 'lost', reason: `not sent: ${why}`}
}

/** The broker returns a message before it confirms it, so a confirm alone does not mean that it arrived. */
function confirmOutcome(returned: string | undefined, isFailed: boolean, isAlive: boolean): PublishOutcome {
  if (returned !== undefined) return {kind: 'returned', reason: returned}
  if (!isFailed) return {kind: 'confirmed'}
  return isAlive ? {kind: 'nacked'} : {kind: 'lost', reason: 'the channel closed before the confirm'}
}

function returnReason({fields}: Message): string {
  return 'replyText' in fields ? `${String(fields.replyText)} (${fields.exchange} ${fields.routingKey})` : 'NO_ROUTE'
}

const defaultTimeoutMs = 15_000
