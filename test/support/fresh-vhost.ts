import {randomUUID} from 'node:crypto'

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

/** Asks the management API for something that must work. */
export async function manage(managementUrl: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const {username, password, origin} = new URL(managementUrl)
  const response = await fetch(`${origin}/api/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : {body: JSON.stringify(body)}),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  const text = await response.text()
  return text === '' ? undefined : JSON.parse(text)
}

function required(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set; it names the RabbitMQ that the tests may use.`)
  return value
}
