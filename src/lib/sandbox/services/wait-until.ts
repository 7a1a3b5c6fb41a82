import {setTimeout as delay} from 'node:timers/promises'

interface Patience {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  readonly everyMs?: number
}

/** Asks again and again until the answer is yes (true) or time is up (false). Throws when the signal aborts. */
export async function waitUntil(
  isSo: () => boolean | Promise<boolean>,
  {timeoutMs, signal, everyMs = 50}: Patience,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    signal?.throwIfAborted()
    if (await isSo()) return true
    if (performance.now() >= deadline) return false
    await delay(everyMs, undefined, {signal})
  }
}
