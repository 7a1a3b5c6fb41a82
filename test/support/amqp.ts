import {connect} from 'amqplib'

interface RawMessage {
  readonly body: string | Buffer
  readonly messageId?: string
  readonly headers?: Readonly<Record<string, unknown>>
}

/** Publishes as another system would, and waits for the confirms. */
export async function publishRaw(
  url: string,
  {exchange, routingKey}: {readonly exchange: string; readonly routingKey: string},
  ...messages: readonly RawMessage[]
): Promise<void> {
  const connection = await connect(url)
  const channel = await connection.createConfirmChannel()
  for (const {body, messageId, headers} of messages) {
    channel.publish(exchange, routingKey, Buffer.from(body), {
      ...(messageId === undefined ? {} : {messageId}),
      headers: {...headers},
    })
  }
  await channel.waitForConfirms()
  await connection.close()
}

/** How many copies on a queue nobody holds. */
export async function countReady(url: string, queue: string): Promise<number> {
  const connection = await connect(url)
  const channel = await connection.createChannel()
  const {messageCount} = await channel.checkQueue(queue)
  await connection.close()
  return messageCount
}
