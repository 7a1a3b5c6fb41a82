import {exitCodes} from '#lib/kernel/exit-codes.js'

export interface Stopping {
  readonly signal: AbortSignal
  /** Which signal came first; null while none has. */
  readonly reason: () => NodeJS.Signals | null
  readonly over: () => void
}

/**
 * A signal for work that sends: Ctrl-C or SIGTERM once asks it to send nothing
 * more, a second time ends the process, with what to type to go on.
 */
export function stopSignal(goOn: string): Stopping {
  const stopping = new AbortController()
  let reason: NodeJS.Signals | null = null
  const stop = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (reason !== null) {
      process.stderr.write(`\nGo on: ${goOn}\n`)
      process.exit(signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated)
    }
    reason = signal
    process.stderr.write('\nNothing more is sent; waiting for what is on its way. Once more to leave at once.\n')
    stopping.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return {
    signal: stopping.signal,
    reason: () => reason,
    over: () => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    },
  }
}
