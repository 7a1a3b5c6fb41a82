import {once} from 'node:events'
import {createServer, type Server} from 'node:http'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {basicAuth} from '#lib/sandbox/erp/gateway/basic-auth.js'
import {handleRequest} from '#lib/sandbox/erp/gateway/handle-request.js'
import {SandboxState} from '#lib/sandbox/erp/gateway/sandbox-state.js'
import {v2Root} from '#lib/sandbox/erp/odata/services.js'

export interface SandboxErpOptions {
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  readonly user: string
  readonly password: string
  /** Decides which requests a fault with a rate strikes. */
  readonly seed?: number
}

/** A running sandbox ERP. */
export interface SandboxErp {
  readonly url: string
  /** Where the V2 services are: what a destination's `baseUrl` names. */
  readonly baseUrl: string
  readonly close: () => Promise<void>
}

/**
 * Starts a server that behaves like SAP Gateway over one small world in memory.
 *
 * @throws ErpSyncError 69 if it cannot listen there.
 */
export async function startSandboxErp({host, port, user, password, seed = 1}: SandboxErpOptions): Promise<SandboxErp> {
  const state = new SandboxState(seed)
  const stop = new AbortController()
  const gateway = {state, isAuthorized: basicAuth({user, password}), stopping: stop.signal}
  const server = createServer((request, response) => {
    // What fails here has lost its client, or the server is closing: there is nobody left to answer.
    handleRequest(gateway, request, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 60_000
  await listen(server, host, port)
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${portOf(server, port)}`
  return {
    url,
    baseUrl: url + v2Root,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      stop.abort()
      state.faults.clear()
      server.closeAllConnections()
      await closed
    },
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
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
        hint: 'Choose another port with --port, or 0 for any free one.',
        cause: error,
      },
    )
  }
}

function portOf(server: Server, port: number): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}
