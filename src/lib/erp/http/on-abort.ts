import {setMaxListeners} from 'node:events'

/**
 * Calls back when the signal aborts; what it returns takes the listener away.
 * A worker's one signal has a listener for every call under way: many of them are no leak.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  setMaxListeners(0, signal)
  signal.addEventListener('abort', listener, {once: true})
  return () => signal.removeEventListener('abort', listener)
}
