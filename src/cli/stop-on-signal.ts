import {exitCodes} from '#lib/kernel/exit-codes.js'

/** Aborts on the first SIGINT or SIGTERM; the second leaves at once. */
export function stopOnSignal(): AbortSignal {
  const stopping = new AbortController()
  const stop = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (stopping.signal.aborted) process.exit(signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated)
    stopping.abort(signal)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return stopping.signal
}
