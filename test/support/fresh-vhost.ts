import assert from 'node:assert/strict'
import {randomBytes} from 'node:crypto'
import {needServices, services} from './services.js'

needServices()

export interface FreshVhost {
  readonly url: string
  readonly managementUrl: string
  readonly vhost: string
  readonly drop: () => Promise<void>
}

/** A virtual host of its own for a test: nobody else's queues, and all of its own gone at the end. */
export async function freshVhost(): Promise<FreshVhost> {
  const {rabbitmqUrl, managementUrl} = await services()
  const vhost = `test-${randomBytes(6).toString('hex')}`
  const user = decodeURIComponent(new URL(rabbitmqUrl).username)
  await call(managementUrl, 'PUT', `/api/vhosts/${vhost}`, {})
  await call(managementUrl, 'PUT', `/api/permissions/${vhost}/${user}`, {configure: '.*', write: '.*', read: '.*'})

  const url = new URL(rabbitmqUrl)
  url.pathname = `/${vhost}`
  return {
    url: url.toString(),
    managementUrl,
    vhost,
    drop: async () => call(managementUrl, 'DELETE', `/api/vhosts/${vhost}`),
  }
}

async function call(managementUrl: string, method: string, path: string, body?: unknown): Promise<void> {
  const {origin, username, password} = new URL(managementUrl)
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)
  const response = await fetch(new URL(path, origin), {
    method,
    headers: {authorization: `Basic ${credentials.toString('base64')}`, 'content-type': 'application/json'},
    signal: AbortSignal.timeout(30_000),
    ...(body === undefined ? {} : {body: JSON.stringify(body)}),
  })
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.text()}`)
}
