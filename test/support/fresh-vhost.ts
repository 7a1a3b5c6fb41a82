import {randomUUID} from 'node:crypto'
import {manage} from './manage.js'

export interface FreshVhost {
  readonly url: string
  readonly managementUrl: string
  readonly vhost: string
  readonly drop: () => Promise<void>
}

/** A virtual host of the test's own, on the broker that the environment names. */
export async function freshVhost(): Promise<FreshVhost> {
  const url = new URL(required('ERPSYNC_RABBITMQ_URL'))
  const managementUrl = required('ERPSYNC_RABBITMQ_MANAGEMENT_URL')
  const vhost = `test-${randomUUID()}`
  url.pathname = `/${vhost}`
  await manage(managementUrl, 'PUT', `vhosts/${vhost}`)
  return {
    url: url.toString(),
    managementUrl,
    vhost,
    drop: async () => {
      await manage(managementUrl, 'DELETE', `vhosts/${vhost}`)
    },
  }
}

function required(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set; it names the RabbitMQ that the tests may use.`)
  return value
}
