import {exitCodes} from '#lib/kernel/exit-codes.js'

/** Aborts on the first SIGINT or SIGTERM, or when the time is up; a signal after that leaves at once. */
export function stopOnSignal(timeLimitMs?: number): AbortSignal {
  const stopping = new AbortController()
  const stop = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (stopping.signal.aborted) process.exit(signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated)
    stopping.abort(signal)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  if (timeLimitMs !== undefined) setTimeout(() => stopping.abort(timeIsUp), timeLimitMs).unref()
  return stopping.signal
}

/** The exit code of a command that ended because of the signal; undefined if none came. */
export function stopCode({aborted, reason}: AbortSignal): 8 | 130 | 143 | undefined {
  if (!aborted) return undefined
  if (reason === timeIsUp) return exitCodes.pending
  return reason === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
}

/** Whether it was the time limit that came first. */
export function isTimedOut({reason}: AbortSignal): boolean {
  return reason === timeIsUp
}

const timeIsUp = 'time limit'
