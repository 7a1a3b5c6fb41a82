import {onAbort} from './http/on-abort.js'

/** The result, or undefined if the signal aborts first. What it comes to afterwards is nobody's concern. */
export async function orAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined
  const aborted = withResolver()
  const forget = onAbort(signal, aborted.resolve)
  try {
    return await Promise.race([result, aborted.promise])
  } finally {
    forget()
  }
}

function withResolver(): {readonly promise: Promise<undefined>; readonly resolve: () => void} {
  let resolve = () => {}
  const promise = new Promise<undefined>((settle) => {
    resolve = () => settle(undefined)
  })
  return {promise, resolve}
}
