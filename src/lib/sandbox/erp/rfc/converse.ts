import type {Socket} from 'node:net'
import {resetSocket} from '#lib/sandbox/erp/reset-socket.js'
import {LineBuffer} from './line-buffer.js'
import type {Outcome} from './reply.js'
import {parseRequest} from './request.js'
import {type RfcFace, RfcSession} from './session.js'

/**
 * Holds the conversation on one connection: line after line, one at a time. A
 * client that leaves in the middle of a call does not stop it; the session ends
 * when the call has, and what was not committed by then is lost.
 */
export function converse(face: RfcFace, socket: Socket): void {
  const lines = new LineBuffer(mostBytes)
  const left = new AbortController()
  const session = new RfcSession(face, {left: left.signal, drop: () => resetSocket(socket)})
  let isBusy = false

  socket.setNoDelay(true)
  socket.setTimeout(logonMs, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    if (lines.push(chunk)) goOn()
    else socket.destroy()
  })
  socket.once('close', () => {
    left.abort()
    if (!isBusy) session.end()
  })

  function goOn(): void {
    const line = isBusy || socket.writableEnded || socket.destroyed ? undefined : lines.shift()
    if (!line) return
    const request = parseRequest(line)
    if (!request) return void socket.destroy()
    isBusy = true
    socket.setTimeout(0)
    void session
      .handle(request)
      .then((outcome) => send(socket, outcome))
      // Whatever cannot be told to the client ends the conversation.
      .catch(() => socket.destroy())
      .finally(() => {
        isBusy = false
        if (left.signal.aborted) session.end()
        else goOn()
      })
  }
}

function send(socket: Socket, outcome: Outcome): void {
  switch (outcome.kind) {
    case 'reply':
      socket.write(`${JSON.stringify(outcome.body)}\n`)
      return
    case 'error': {
      const line = `${JSON.stringify({error: outcome.error.toWire()})}\n`
      if (outcome.error.endsSession) socket.end(line, () => socket.destroySoon())
      else socket.write(line)
      return
    }
    case 'dropped':
      resetSocket(socket)
  }
}

/** How long a client may be connected and say nothing. */
const logonMs = 60_000
/** More than any call of a sandbox needs. */
const mostBytes = 32 * 1024 * 1024
