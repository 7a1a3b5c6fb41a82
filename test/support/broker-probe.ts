import {connect} from 'amqplib'
import {eventually} from './eventually.js'
import type {FreshVhost} from './fresh-vhost.js'
import {manage} from './manage.js'

interface ConnectionRow {
  readonly name: string
  readonly vhost: string
  readonly user_provided_name?: string
}

/** Cuts a connection off from the broker's side, as an operator or a dying host would. */
export async function cutConnection({managementUrl, vhost}: FreshVhost, name: string): Promise<void> {
  // The management API learns of a connection some seconds after the client.
  const row = await eventually(async () => {
    const rows = (await manage(managementUrl, 'GET', 'connections')) as readonly ConnectionRow[]
    return rows.find((one) => one.vhost === vhost && one.user_provided_name === name)
  })
  await manage(managementUrl, 'DELETE', `connections/${encodeURIComponent(row!.name)}`)
}

/** Waits until exactly that many messages wait in a queue. The broker itself is asked: the management API is seconds behind. */
export async function readyIn({url}: Pick<FreshVhost, 'url'>, queue: string, wanted: number): Promise<void> {
  const model = await connect(url)
  const channel = await model.createChannel()
  await eventually(async () => {
    const {messageCount} = await channel.checkQueue(queue)
    return messageCount === wanted ? true : undefined
  })
  await model.close()
}
