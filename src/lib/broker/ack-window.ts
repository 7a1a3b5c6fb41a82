import {IllegalOperationError, type Channel, type ConsumeMessage} from 'amqplib'
import type {Link} from './kept-channel.js'

interface InHand {
  readonly message: ConsumeMessage
  isDone: boolean
}

/**
 * What came over one channel and is in hand, in the order it came. It is
 * acknowledged at the end of the turn: all up to the first that is still in hand
 * by one frame, those behind it one by one. A frame for each would cost the
 * broker and us a system call a message.
 */
export class AckWindow {
  readonly #link: Link<Channel>
  readonly #inHand = new Map<number, InHand>()
  #done: ConsumeMessage[] = []

  constructor(link: Link<Channel>) {
    this.#link = link
  }

  /** Takes note of a message; before any that comes after it. */
  add(message: ConsumeMessage): void {
    this.#inHand.set(message.fields.deliveryTag, {message, isDone: false})
  }

  /** Has a message acknowledged in a moment. */
  ack(message: ConsumeMessage): void {
    const inHand = this.#inHand.get(message.fields.deliveryTag)
    if (inHand === undefined) return
    inHand.isDone = true
    if (this.#done.length === 0) setImmediate(() => this.#flush())
    this.#done.push(message)
  }

  /** Forgets a message of which the broker is told otherwise. */
  drop(message: ConsumeMessage): void {
    this.#inHand.delete(message.fields.deliveryTag)
  }

  #flush(): void {
    const done = this.#done
    this.#done = []
    // A channel that is gone has given back what was in hand.
    if (!this.#link.isAlive()) return
    try {
      this.#ackAll(done)
    } catch (error) {
      // The connection began to close a moment ago.
      if (!(error instanceof IllegalOperationError)) throw error
    }
  }

  #ackAll(done: readonly ConsumeMessage[]): void {
    const {channel} = this.#link
    const first: ConsumeMessage[] = []
    for (const {message, isDone} of this.#inHand.values()) {
      if (!isDone) break
      first.push(message)
    }
    for (const message of first) this.drop(message)
    const last = first.at(-1)
    if (last !== undefined) channel.ack(last, first.length > 1)
    for (const message of done) {
      if (this.#inHand.delete(message.fields.deliveryTag)) channel.ack(message)
    }
  }
}
