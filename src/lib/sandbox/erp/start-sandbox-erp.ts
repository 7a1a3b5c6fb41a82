import {once} from 'node:events'
import {createServer} from 'node:http'
import type {Server} from 'node:net'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {basicAuth} from '#lib/sandbox/erp/gateway/basic-auth.js'
import {handleRequest} from '#lib/sandbox/erp/gateway/handle-request.js'
import {SandboxState} from '#lib/sandbox/erp/gateway/sandbox-state.js'
import {v2Root} from '#lib/sandbox/erp/odata/services.js'
import {rfcServer} from '#lib/sandbox/erp/rfc/rfc-server.js'

export interface SandboxErpOptions {
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  readonly user: string
  readonly password: string
  /** Where the RFC face listens, 0 for any free port; without it there is none. */
  readonly rfcPort?: number | undefined
  /** How many RFC sessions may be logged on at once. */
  readonly mostRfcSessions?: number
  /** Decides which requests a fault with a rate strikes. */
  readonly seed?: number
}

/** A running sandbox ERP. */
export interface SandboxErp {
  readonly url: string
  /** Where the V2 services are: what a destination's `baseUrl` names. */
  readonly baseUrl: string
  /** Where the RFC face listens, if it was asked for. */
  readonly rfc?: RfcAddress
  readonly close: () => Promise<void>
}

export interface RfcAddress {
  readonly host: string
  readonly port: number
}

/**
 * Starts a server that behaves like SAP Gateway over one small world in memory, and if
 * asked for one that takes RFC calls over the same world.
 *
 * @throws ErpSyncError 69 if it cannot listen there.
 */
export async function startSandboxErp({
  host,
  port,
  user,
  password,
  rfcPort,
  mostRfcSessions = 200,
  seed = 1,
}: SandboxErpOptions): Promise<SandboxErp> {
  const state = new SandboxState(seed)
  const stop = new AbortController()
  const gateway = {state, isAuthorized: basicAuth({user, password}), stopping: stop.signal}
  const server = createServer((request, response) => {
    // What fails here has lost its client, or the server is closing: there is nobody left to answer.
    handleRequest(gateway, request, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 60_000
  await listen(server, host, port)
  const rfc = rfcServer({state, credentials: {user, password}, mostSessions: mostRfcSessions, stopping: stop.signal})
  try {
    if (rfcPort !== undefined) await listen(rfc.server, host, rfcPort, '--rfc-port')
  } catch (error) {
    await closed(server)
    throw error
  }
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${portOf(server, port)}`
  return {
    url,
    baseUrl: url + v2Root,
    ...(rfcPort === undefined ? {} : {rfc: {host, port: portOf(rfc.server, rfcPort)}}),
    close: async () => {
      const bothClosed = Promise.all([closed(server), rfcPort === undefined ? undefined : closed(rfc.server)])
      stop.abort()
      state.faults.clear()
      server.closeAllConnections()
      rfc.hangUp()
      await bothClosed
    },
  }
}

async function closed(server: Server): Promise<void> {
  const closing = once(server, 'close')
  server.close()
  await closing
}

async function listen(server: Server, host: string, port: number, flag = '--port'): Promise<void> {
  const listening = once(server, 'listening')
  server.listen(port, host)
  try {
    await listening
  } catch (error) {
    throw new ErpSyncError(
      `The sandbox ERP cannot listen on ${host}:${port} (${errorCode(error) ?? 'unknown error'}).`,
      {
        code: 'sandbox_cannot_listen',
        exitCode: exitCodes.unreachable,
        hint: `Choose another port with ${flag}, or 0 for any free one.`,
        cause: error,
      },
    )
  }
}

function portOf(server: Server, port: number): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}
