import {once} from 'node:events'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'

export interface HastyBroker {
  readonly port: number
  /** How many of the connections to come are closed as soon as they are open. */
  readonly closeNext: (count: number) => void
  readonly closed: () => number
  readonly cut: () => void
  readonly end: () => void
}

/** The real broker, behind a relay that lets a connection.close follow connection.open-ok in one piece. */
export async function openHastyBroker(target: number, first: number): Promise<HastyBroker> {
  let due = first
  let closed = 0
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    near.pipe(far)
    far.on('data', (chunk: Buffer) => {
      const isDue = due > 0 && chunk.includes(openOk)
      if (isDue) {
        due -= 1
        closed += 1
      }
      near.write(isDue ? Buffer.concat([chunk, forcedClose]) : chunk)
    })
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    closeNext: (count) => (due = count),
    closed: () => closed,
    cut,
    end: () => {
      server.close()
      cut()
    },
  }
}

/** Frames of AMQP 0-9-1 on channel 0: connection.open-ok, and connection.close 320 "shutdown". */
const openOk = Buffer.from('01000000000005000a002900ce', 'hex')
const forcedClose = Buffer.from('01000000000013000a003201400873687574646f776e00000000ce', 'hex')
