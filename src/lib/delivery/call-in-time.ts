import type {Flow} from '#lib/config/load.js'
import {onAbort} from '#lib/erp/http/on-abort.js'

/**
 * How long after its claim a call may still reach SAP: the time to log on and
 * the time of the call. A look-up that comes later than this knows that nothing
 * is under way any more.
 */
export function callBudgetMs({target}: Flow): number {
  return 2 * target.timeout
}

/** Calls SAP with a signal that aborts at the deadline (on the clock of `performance.now()`), or with the given one. */
export async function callInTime<Outcome>(
  call: (signal: AbortSignal) => Promise<Outcome>,
  {deadline, signal}: {readonly deadline: number; readonly signal: AbortSignal},
): Promise<Outcome> {
  const ending = new AbortController()
  const end = (): void => ending.abort()
  const leftMs = deadline - performance.now()
  if (leftMs <= 0 || signal.aborted) end()
  const timer = setTimeout(end, Math.min(leftMs, longestTimerMs))
  const forget = onAbort(signal, end)
  try {
    return await call(ending.signal)
  } finally {
    clearTimeout(timer)
    forget()
  }
}

/** A longer timer would fire at once. */
const longestTimerMs = 2 ** 31 - 1
