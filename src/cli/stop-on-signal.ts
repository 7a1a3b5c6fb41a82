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

/** The exit code of a command that ended because of the signal; undefined if none came. */
export function stopCode({aborted, reason}: AbortSignal): 130 | 143 | undefined {
  if (!aborted) return undefined
  return reason === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
}
