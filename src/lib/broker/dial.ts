import {Duplex} from 'node:stream'
import {connect, type ChannelModel} from 'amqplib'
import {ErpSyncError, errorMessage} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {maskUrl} from '#lib/kernel/mask.js'

/** Opens one AMQP connection, or throws within the connect timeout. */
export async function dial(url: string, name: string): Promise<ChannelModel> {
  const model = await connect(withHeartbeat(url), {
    noDelay: true,
    keepAlive: true,
    timeout: connectTimeoutMs,
    clientProperties: {connection_name: name},
  })
  // What happened is told by 'close', which follows in every case; an 'error' nobody listens to would end the process.
  model.on('error', () => {})
  // A broker that shuts down may close in one breath with the opening. That is told before anybody can listen.
  if (hasEnded(model)) throw new Error('RabbitMQ closed the connection as soon as it was open')
  return model
}

/**
 * Tries every host once, in order, and takes the first that answers.
 *
 * @throws ErpSyncError 77 if a host refuses the credentials, else 69 if none answers.
 */
export async function dialAny(
  urls: readonly string[],
  name: string,
): Promise<{readonly model: ChannelModel; readonly index: number}> {
  const failures: DialFailure[] = []
  for (const [index, url] of urls.entries()) {
    try {
      return {model: await dial(url, name), index}
    } catch (error) {
      failures.push({url, error})
    }
  }
  throw describeFailures(failures)
}

/**
 * Makes sure that every address can be an AMQP address at all.
 *
 * @throws ErpSyncError 78 naming the ones that cannot.
 */
export function requireAmqpUrls(urls: readonly string[]): void {
  const wrong = [...urls.keys()].filter((index) => !isAmqpUrl(urls[index] ?? ''))
  if (wrong.length === 0 && urls.length > 0) return
  const places = wrong.map((index) => `rabbitmq.urls.${index}`).join(', ') || 'rabbitmq.urls'
  // Not shown: in what is no proper address, nobody can tell where the password is.
  throw new ErpSyncError(`${places}: not an address that starts with amqp:// or amqps://`, {
    code: 'rabbitmq_url_invalid',
    exitCode: exitCodes.configuration,
    hint: 'Write it like amqps://user:password@rabbit.example.com/vhost',
  })
}

function isAmqpUrl(text: string): boolean {
  return URL.canParse(text) && /^amqps?:$/.test(new URL(text).protocol)
}

/** The virtual host an AMQP URL names; `/` if none. */
export function vhostOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1)) || '/'
}

/** Whether the driver has closed its side of the socket: it does so whenever a connection ends. */
function hasEnded(model: ChannelModel): boolean {
  const stream = streamOf(model)
  return stream !== undefined && (stream.writableEnded || stream.destroyed)
}

/** Lets go of the socket of a connection whose peer may never answer again; it would keep the process alive. */
export function hangUp(model: ChannelModel): void {
  streamOf(model)?.destroy()
}

function streamOf({connection}: ChannelModel): Duplex | undefined {
  return 'stream' in connection && connection.stream instanceof Duplex ? connection.stream : undefined
}

interface DialFailure {
  readonly url: string
  readonly error: unknown
}

function describeFailures(failures: readonly DialFailure[]): ErpSyncError {
  const lines = failures.map(({url, error}) => `  ${maskUrl(url)}: ${errorMessage(error)}`).join('\n')
  const cause = failures[0]?.error
  const refused = failures.find(({error}) => isLoginRefusal(error))
  if (refused) {
    return new ErpSyncError(`RabbitMQ refuses the user or password:\n${lines}`, {
      code: 'rabbitmq_access_refused',
      exitCode: exitCodes.credentials,
      hint: 'Check the user and password in rabbitmq.urls; rabbitmqctl authenticate_user USER tells if they are right.',
      cause,
    })
  }
  const vhostRefused = failures.find(({error}) => isVhostRefusal(error))
  if (vhostRefused) {
    const vhost = vhostOf(vhostRefused.url)
    return new ErpSyncError(`RabbitMQ refuses the virtual host "${vhost}":\n${lines}`, {
      code: 'rabbitmq_vhost_refused',
      exitCode: exitCodes.credentials,
      hint: `Check that it is there and open to this user: rabbitmqctl list_permissions -p ${vhost}`,
      cause,
    })
  }
  return new ErpSyncError(`RabbitMQ cannot be reached:\n${lines}`, {
    code: 'rabbitmq_unreachable',
    exitCode: exitCodes.unreachable,
    hint: 'Check rabbitmq.urls and that the server runs; erpsync sandbox up starts a private one.',
    cause,
  })
}

// While a connection opens, the driver passes the broker's refusal on as text alone; no code comes with it.
function isLoginRefusal(error: unknown): boolean {
  return errorMessage(error).includes('403 (ACCESS-REFUSED)')
}

function isVhostRefusal(error: unknown): boolean {
  return errorMessage(error).includes('got <ConnectionClose')
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url)
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(heartbeatSeconds))
  return parsed.toString()
}

const connectTimeoutMs = 10_000
const heartbeatSeconds = 20
