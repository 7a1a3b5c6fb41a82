import {once} from 'node:events'
import {connect, type Socket} from 'node:net'
import {createInterface} from 'node:readline'

interface Address {
  readonly host: string
  readonly port: number
}

/** A client of the RFC face that speaks its lines of JSON and knows nothing of RFC. */
export interface RfcClient {
  readonly socket: Socket
  /** Sends one request and gives the reply; undefined if the connection ends instead. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads whatever shape it expects
  readonly ask: (request: object) => Promise<any>
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads whatever shape it expects
  readonly call: (name: string, params?: object) => Promise<any>
  /** Sends a request and waits for nothing. */
  readonly send: (request: object) => void
  readonly close: () => void
  /** Settles when the connection is gone, in whichever way. */
  readonly closed: Promise<void>
}

export const rfcLogon = {ashost: '127.0.0.1', sysnr: '00', client: '100', user: 'ERPSYNC', passwd: 'secret', lang: 'EN'}

/** Opens a connection on which nobody is logged on. */
export async function connectRfc({host, port}: Address): Promise<RfcClient> {
  const socket = connect({host, port})
  await once(socket, 'connect')
  // A reset is what many tests are about: it ends the waiting, and is no failure of the client.
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const lines = createInterface(socket)
  lines.on('error', () => {})
  const ask = async (request: object) => {
    const waiting = new AbortController()
    const answered = once(lines, 'line', {signal: waiting.signal}).catch(() => [])
    socket.write(`${JSON.stringify(request)}\n`)
    const [line] = (await Promise.race([answered, closed])) ?? []
    waiting.abort()
    return typeof line === 'string' ? JSON.parse(line) : undefined
  }
  return {
    socket,
    ask,
    call: async (name, params = {}) => ask({op: 'invoke', function: name, params, inactive: []}),
    send: (request) => void socket.write(`${JSON.stringify(request)}\n`),
    close: () => socket.destroy(),
    closed,
  }
}

/** Opens a connection and logs on as the one user there is. */
export async function openRfc(address: Address): Promise<RfcClient> {
  const client = await connectRfc(address)
  await client.ask({op: 'open', params: rfcLogon})
  return client
}
