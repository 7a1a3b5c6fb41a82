import {once} from 'node:events'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import {resetSocket} from '#lib/sandbox/erp/reset-socket.js'

export interface Relay {
  readonly port: number
  /** Resets every connection and listens no more. */
  readonly die: () => void
  /** Listens again, on the same port. */
  readonly revive: () => Promise<void>
}

/** A TCP way to a local port that can be broken off. */
export async function openRelay(target: number): Promise<Relay> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  return {
    port,
    die: () => {
      server.close()
      for (const socket of sockets) resetSocket(socket)
      sockets.clear()
    },
    revive: async () => {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
  }
}
