import {z} from 'zod'
import {errorCode, errorMessage} from '#lib/kernel/errors.js'
import {maskUrl} from '#lib/kernel/mask.js'

/** What the management API answered, or why it could not be asked; callers then do without. */
export type Answer<Value> =
  {readonly kind: 'answered'; readonly value: Value} | {readonly kind: 'unavailable'; readonly reason: string}

/** The management API of one broker. Its numbers are some seconds old. */
export interface Management {
  /** The address, password masked. */
  readonly address: string
  readonly overview: () => Promise<Answer<BrokerOverview>>
  readonly queues: (vhost: string) => Promise<Answer<readonly LiveQueue[]>>
  readonly exchanges: (vhost: string) => Promise<Answer<readonly LiveExchange[]>>
  readonly bindings: (vhost: string) => Promise<Answer<readonly LiveBinding[]>>
}

/** Makes a client; nothing is sent before the first question. */
export function openManagement(url: string, timeoutMs = defaultTimeoutMs): Management {
  const ask = async <Value>(path: string, schema: z.ZodType<Value>): Promise<Answer<Value>> =>
    get(url, path, schema, timeoutMs)

  return {
    address: maskUrl(url),
    overview: async () => ask('overview', overview),
    queues: async (vhost) => ask(`queues/${encodeURIComponent(vhost)}`, z.array(queue)),
    exchanges: async (vhost) => ask(`exchanges/${encodeURIComponent(vhost)}`, z.array(exchange)),
    bindings: async (vhost) => ask(`bindings/${encodeURIComponent(vhost)}`, z.array(binding)),
  }
}

async function get<Value>(
  url: string,
  path: string,
  schema: z.ZodType<Value>,
  timeoutMs: number,
): Promise<Answer<Value>> {
  if (!URL.canParse(url)) return unavailable('its address is not a URL')
  const {address, headers} = splitCredentials(url, path)
  try {
    const response = await fetch(address, {headers, signal: AbortSignal.timeout(timeoutMs)})
    if (!response.ok)
      return unavailable(`${maskUrl(url)} answered ${response.status}: ${statusMeaning(response.status)}`)
    const parsed = schema.safeParse(await response.json())
    if (parsed.success) return {kind: 'answered', value: parsed.data}
    return unavailable(`${maskUrl(url)} answered something else than RabbitMQ would`)
  } catch (error) {
    return unavailable(`${maskUrl(url)} cannot be reached: ${errorCode(error) ?? errorMessage(error)}`)
  }
}

/** fetch refuses a URL with credentials in it. */
function splitCredentials(
  url: string,
  path: string,
): {readonly address: URL; readonly headers: Record<string, string>} {
  const base = new URL(url)
  const {username, password} = base
  base.username = ''
  base.password = ''
  base.search = ''
  const address = new URL(`${base.toString().replace(/\/+$/, '')}/api/${path}`)
  if (username === '') return {address, headers: {}}
  const token = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  return {address, headers: {authorization: `Basic ${token}`}}
}

function statusMeaning(status: number): string {
  if (status === 401) return 'it refuses the user or password, or the user has no management tag'
  if (status === 404) return 'there is no such virtual host'
  return 'it is in trouble'
}

function unavailable(reason: string): Answer<never> {
  return {kind: 'unavailable', reason}
}

/** A number the broker leaves out until it has counted for the first time. */
const count = z.number().default(0)
const rate = z.object({rate: z.number()}).optional()
const argumentsTable = z.record(z.string(), z.unknown())

const overview = z
  .object({
    rabbitmq_version: z.string(),
    erlang_version: z.string().optional(),
    cluster_name: z.string().optional(),
    node: z.string().optional(),
  })
  .transform((row) => ({
    version: row.rabbitmq_version,
    erlangVersion: row.erlang_version,
    clusterName: row.cluster_name,
    node: row.node,
  }))

const queue = z
  .object({
    name: z.string(),
    type: z.string().default('classic'),
    durable: z.boolean(),
    arguments: argumentsTable,
    messages: count,
    messages_ready: count,
    messages_unacknowledged: count,
    messages_dlx: count,
    consumers: count,
    policy: z.string().nullish(),
    members: z.array(z.string()).optional(),
    online: z.array(z.string()).optional(),
    message_stats: z.object({publish_details: rate, deliver_get_details: rate, ack_details: rate}).optional(),
  })
  .transform((row) => ({
    name: row.name,
    type: row.type,
    durable: row.durable,
    arguments: row.arguments,
    /** All of them: ready, unacknowledged and those stuck on their way to a dead-letter target. */
    messages: row.messages,
    ready: row.messages_ready,
    unacknowledged: row.messages_unacknowledged,
    /** Given up, but not yet confirmed by the dead-letter target; a passive declare does not see them. */
    deadLettering: row.messages_dlx,
    consumers: row.consumers,
    policy: row.policy ?? undefined,
    members: row.members ?? [],
    online: row.online ?? [],
    publishRate: row.message_stats?.publish_details?.rate ?? 0,
    deliverRate: row.message_stats?.deliver_get_details?.rate ?? 0,
    ackRate: row.message_stats?.ack_details?.rate ?? 0,
  }))

const exchange = z.object({name: z.string(), type: z.string(), durable: z.boolean(), arguments: argumentsTable})

const binding = z
  .object({
    source: z.string(),
    destination: z.string(),
    destination_type: z.enum(['queue', 'exchange']),
    routing_key: z.string(),
  })
  .transform((row) => ({
    exchange: row.source,
    destination: row.destination,
    destinationType: row.destination_type,
    routingKey: row.routing_key,
  }))

export type BrokerOverview = Readonly<z.output<typeof overview>>
export type LiveQueue = Readonly<z.output<typeof queue>>
export type LiveExchange = Readonly<z.output<typeof exchange>>
export type LiveBinding = Readonly<z.output<typeof binding>>

const defaultTimeoutMs = 5000
