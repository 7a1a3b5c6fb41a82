import {createServer, type Server, type Socket} from 'node:net'
import {converse} from './converse.js'
import type {RfcFace, RfcSession} from './session.js'

/** Makes the server of the RFC face; it does not listen yet. */
export function rfcServer(face: Omit<RfcFace, 'sessions'>): {readonly server: Server; readonly hangUp: () => void} {
  const sockets = new Set<Socket>()
  const whole = {...face, sessions: new Set<RfcSession>()}
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    converse(whole, socket)
  })
  return {
    server,
    hangUp: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}
