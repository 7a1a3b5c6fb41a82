/** Wakes one waiter; a ring that nobody waited for is not lost. */
export interface Bell {
  readonly ring: () => void
  /** Until the bell rings or has rung, the time is up, or the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
}

export function createBell(): Bell {
  let rung = false
  let wake: () => void = () => {}
  return {
    ring: () => {
      rung = true
      wake()
    },
    wait: async (ms, signal) => {
      if (!rung && !signal.aborted) {
        await new Promise<void>((done) => {
          const timer = setTimeout(done, ms)
          wake = () => {
            clearTimeout(timer)
            done()
          }
          signal.addEventListener('abort', wake, {once: true})
        })
        signal.removeEventListener('abort', wake)
        wake = () => {}
      }
      rung = false
    },
  }
}
