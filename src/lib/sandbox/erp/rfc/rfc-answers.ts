import {connect, type Socket} from 'node:net'
import type {Credentials} from '#lib/sandbox/erp/gateway/basic-auth.js'
import {clientNumber} from './logon.js'

/** Whether the RFC face at `tcp:host:port` or `unix:/path` lets this user in, right now. */
export async function rfcAnswers(address: string, {user, password}: Credentials): Promise<boolean> {
  const socket = dial(address)
  if (!socket) return false
  return new Promise((resolve) => {
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(probeMs, () => end(false))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
    socket.once('connect', () => {
      const params = {client: clientNumber, user, passwd: password}
      socket.write(`${JSON.stringify({op: 'open', params})}\n`)
    })
    socket.once('data', (reply) => end(reply.includes('"attributes"')))
  })
}

function dial(address: string): Socket | undefined {
  if (address.startsWith('unix:')) return connect({path: address.slice('unix:'.length)})
  const [, host, port] = /^tcp:(.+):(\d{1,5})$/.exec(address) ?? []
  return host === undefined || Number(port) > 65_535 ? undefined : connect({host, port: Number(port)})
}

const probeMs = 3000
