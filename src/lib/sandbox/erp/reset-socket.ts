import type {Socket} from 'node:net'

/**
 * Resets a connection without a word. One that is just ending is closed instead:
 * to reset it fails, and leaves behind a handle that keeps the process from ending.
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
