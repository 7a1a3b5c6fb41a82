import type {Channel} from 'amqplib'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {wait} from '#lib/kernel/wait.js'

import {AckWindow} from './ack-window.js'
import {Bell} from './bell.js'
import type {BrokerConnection} from './connection.js'
import {toDelivery, type Delivery} from './delivery.js'
import {keepChannel, type KeptChannel, type Link, type Loss} from './kept-channel.js'

export interface ConsumerOptions {
  readonly queue: string
  /** Deliveries that may be unacknowledged at once. */
  readonly prefetch: number
  /** Takes a delivery; returns at once and settles it later. */
  readonly onDelivery: (delivery: Delivery) => void
  /** Hears why consuming was interrupted, for the log; it goes on by itself. */
  readonly onInterruption?: (reason: string) => void
}

/**
 * Starts to consume a queue, and goes on after every interruption (lost
 * connection, closed channel, deleted queue) until it is stopped.
 *
 * @throws ErpSyncError 78 if there is no such queue, 69 if consuming cannot begin in time.
 */
export async function startConsumer(connection: BrokerConnection, options: ConsumerOptions): Promise<Consumer> {
  const consumer = new Consumer(connection, options)
  try {
    await consumer.started()
    return consumer
  } catch (error) {
    await consumer.close()
    throw error
  }
}

/** What the consumer is meant to do; what it does follows, as soon as the connection lets it. */
type Intent = 'consume' | 'pause' | 'stop'

/** What we asked of the broker on the present channel. */
interface Subscription {
  readonly tag: string
  isConfirmed: boolean
}

export class Consumer {
  readonly #queue: string
  readonly #prefetch: number
  readonly #onDelivery: (delivery: Delivery) => void
  readonly #onInterruption: (reason: string) => void
  readonly #kept: KeptChannel
  readonly #changed = new Bell()
  readonly #ending = new AbortController()
  #intent: Intent = 'consume'
  #link: Link<Channel> | undefined
  /** Of the present channel. */
  #window: AckWindow | undefined
  #subscription: Subscription | undefined
  #tags = 0
  #firstLoss: Loss | undefined
  #following: Promise<void> = Promise.resolve()

  constructor(connection: BrokerConnection, {queue, prefetch, onDelivery, onInterruption}: ConsumerOptions) {
    this.#queue = queue
    this.#prefetch = prefetch
    this.#onDelivery = onDelivery
    this.#onInterruption = onInterruption ?? (() => {})
    this.#kept = keepChannel<Channel>(connection, {
      open: async (model) => model.createChannel(),
      ready: async (link) => this.#use(link),
      lost: (loss) => this.#lose(loss),
    })
  }

  /** Whether the broker delivers to us at this moment. */
  get isConsuming(): boolean {
    return this.#subscription?.isConfirmed === true && this.#link?.isAlive() === true
  }

  /** Takes nothing new until `resume`; resolves when the broker has confirmed. What is in hand stays ours. */
  async pause(): Promise<void> {
    if (this.#intent === 'consume') this.#intent = 'pause'
    await this.#follow()
  }

  /** Consumes again, at once or as soon as the connection is back. */
  async resume(): Promise<void> {
    if (this.#intent === 'pause') this.#intent = 'consume'
    await this.#follow()
  }

  /**
   * Takes nothing new, for good; resolves when the broker has confirmed. What
   * is in hand can be settled until the connection closes.
   */
  async stop(): Promise<void> {
    this.#intent = 'stop'
    this.#ending.abort()
    this.#kept.retire()
    await this.#follow()
  }

  /** Stops and closes the channel: what is in hand goes back to the queue, and counts as one more delivery. */
  async close(): Promise<void> {
    await this.stop()
    await this.#kept.close()
  }

  /** Resolves when the broker delivers for the first time. */
  async started(): Promise<void> {
    const deadline = performance.now() + startTimeoutMs
    for (let leftMs = startTimeoutMs; leftMs > 0; leftMs = deadline - performance.now()) {
      if (this.isConsuming) return
      if (this.#firstLoss?.code === notFound) throw noSuchQueue(this.#queue)
      await this.#changed.heard({timeoutMs: leftMs})
    }
    throw new ErpSyncError(`Consuming ${this.#queue} could not begin: ${this.#firstLoss?.reason ?? 'no answer'}`, {
      code: 'rabbitmq_consume_failed',
      exitCode: exitCodes.unreachable,
      hint: 'Check that RabbitMQ is well; erpsync topology diff compares its queues with the wanted ones.',
    })
  }

  async #use(link: Link<Channel>): Promise<void> {
    this.#link = link
    this.#window = new AckWindow(link)
    this.#subscription = undefined
    // Per consumer, never for the whole channel: a quorum queue answers that by closing the connection.
    await link.channel.prefetch(this.#prefetch, false)
    await this.#follow()
    this.#changed.ring()
  }

  #lose(loss: Loss): void {
    this.#subscription = undefined
    this.#firstLoss ??= loss
    this.#changed.ring()
    if (this.#intent !== 'stop') this.#onInterruption(loss.reason)
  }

  /** Brings what we do in line with the intent, one step after the other. */
  async #follow(): Promise<void> {
    const step = this.#following.then(async () => this.#step())
    this.#following = step.catch(() => {})
    return step
  }

  async #step(): Promise<void> {
    const link = this.#link
    const window = this.#window
    if (!link?.isAlive() || window === undefined) return
    if (this.#intent === 'consume') {
      if (this.#subscription === undefined) await this.#consume(link, window)
    } else if (this.#subscription !== undefined) {
      await this.#cancel(link, this.#subscription)
    }
  }

  async #consume(link: Link<Channel>, window: AckWindow): Promise<void> {
    // Our own tag, since the broker may cancel it before its answer has reached this line.
    const subscription = {tag: `${this.#queue}#${++this.#tags}`, isConfirmed: false}
    this.#subscription = subscription
    await link.channel.consume(
      this.#queue,
      (message) => {
        if (message === null) {
          void this.#afterServerCancel(subscription)
          return
        }
        const delivery = toDelivery(this.#queue, link, window, message)
        // Outside the driver's frame loop, which would take an exception for a broken channel.
        queueMicrotask(() => this.#onDelivery(delivery))
      },
      {consumerTag: subscription.tag},
    )
    subscription.isConfirmed = true
  }

  async #cancel({channel, isAlive}: Link<Channel>, subscription: Subscription): Promise<void> {
    try {
      await channel.cancel(subscription.tag)
    } catch (error) {
      // A channel that went meanwhile delivers nothing either.
      if (isAlive()) throw error
    }
    if (this.#subscription === subscription) this.#subscription = undefined
  }

  /** The queue was deleted or moved. The channel lives on, and with it what is in hand. */
  async #afterServerCancel(subscription: Subscription): Promise<void> {
    if (this.#subscription !== subscription) return
    this.#subscription = undefined
    this.#onInterruption('the broker cancelled the consumer')
    await wait(cancelPauseMs, this.#ending.signal)
    // If the queue is gone, this closes the channel, and the kept channel tries on with back-off.
    await this.#follow().catch(() => {})
  }
}

function noSuchQueue(queue: string): ErpSyncError {
  return new ErpSyncError(`RabbitMQ has no queue ${queue}.`, {
    code: 'rabbitmq_queue_missing',
    exitCode: exitCodes.configuration,
    hint: 'Declare the queues of all flows: erpsync topology declare',
  })
}

const notFound = 404
const cancelPauseMs = 500
const startTimeoutMs = 30_000
