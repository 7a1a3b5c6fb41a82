import {IllegalOperationError, type Channel, type ConsumeMessage} from 'amqplib'
import type {AckWindow} from './ack-window.js'
import type {Headers} from './headers.js'
import type {Link} from './kept-channel.js'

/** One message in our hands until it is acknowledged, released or rejected, or its channel is gone. */
export interface Delivery {
  readonly queue: string
  readonly exchange: string
  readonly routingKey: string
  readonly messageId: string | undefined
  readonly type: string | undefined
  readonly contentType: string | undefined
  readonly headers: Headers
  readonly body: Buffer
  /** Somebody had it before. */
  readonly redelivered: boolean
  /** How often it was given back or lost by a consumer; shows crash loops, not attempts. */
  readonly deliveryCount: number
  /**
   * Has the broker told, in a moment, to forget the message. False if it no longer listens: the
   * delivery was settled before, or its channel is gone and the message is or
   * will be delivered again.
   */
  readonly ack: () => boolean
  /** Gives the message back to the queue; false as with `ack`. */
  readonly release: () => boolean
  /** Has the broker dead-letter the message as it is, without a word why; false as with `ack`. */
  readonly reject: () => boolean
}

/** A message as it came over a channel, bound to that channel's generation. */
export function toDelivery(
  queue: string,
  {channel, isAlive}: Link<Channel>,
  window: AckWindow,
  message: ConsumeMessage,
): Delivery {
  window.add(message)
  const {content, fields, properties} = message
  const headers: Headers = properties.headers ?? {}
  let settled = false

  const settle = (tell: () => void): boolean => {
    if (settled || !isAlive()) return false
    settled = true
    try {
      tell()
      return true
    } catch (error) {
      // The connection began to close a moment ago.
      if (error instanceof IllegalOperationError) return false
      throw error
    }
  }

  const refuse = (requeue: boolean): void => {
    window.drop(message)
    channel.nack(message, false, requeue)
  }

  return {
    queue,
    exchange: fields.exchange,
    routingKey: fields.routingKey,
    messageId: textOf(properties.messageId),
    type: textOf(properties.type),
    contentType: textOf(properties.contentType),
    headers,
    body: content,
    redelivered: fields.redelivered,
    deliveryCount: countOf(headers['x-delivery-count']),
    ack: () => settle(() => window.ack(message)),
    release: () => settle(() => refuse(true)),
    reject: () => settle(() => refuse(false)),
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function countOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
