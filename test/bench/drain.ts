import {connect, type ConsumeMessage} from 'amqplib'

interface Drain {
  readonly url: string
  readonly queue: string
  readonly messages: number
  readonly prefetch: number
  /** What happens to a message before it is acknowledged. */
  readonly handle?: (message: ConsumeMessage) => Promise<unknown>
}

/** Empties a queue by a consumer that has nothing but amqplib, and tells the messages per second from first to last. */
export async function drain({url, queue, messages, prefetch, handle}: Drain): Promise<number> {
  const model = await connect(url)
  try {
    const channel = await model.createChannel()
    await channel.prefetch(prefetch)
    const rate = await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${queue} is not empty after ${timeoutMs} ms`)), timeoutMs)
      let startedAt: number | undefined
      let acknowledged = 0
      const settle = (message: ConsumeMessage): void => {
        channel.ack(message)
        acknowledged += 1
        if (acknowledged < messages) return
        clearTimeout(timer)
        resolve((messages * 1000) / (performance.now() - (startedAt ?? 0)))
      }
      const onMessage = (message: ConsumeMessage | null): void => {
        if (message === null) return
        startedAt ??= performance.now()
        if (handle === undefined) settle(message)
        else handle(message).then(() => settle(message), reject)
      }
      channel.consume(queue, onMessage).catch(reject)
    })
    // The connection would close ahead of acknowledgements that the channel has not written yet.
    await channel.close()
    // Acknowledgements that the queue has not seen by then would bring their messages into the next round.
    const other = await model.createChannel()
    await other.deleteQueue(queue)
    await other.close()
    return rate
  } finally {
    await model.close()
  }
}

const timeoutMs = 600_000
