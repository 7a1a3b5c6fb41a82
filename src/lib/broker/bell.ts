/** Wakes everybody who waits for something to change; whoever wakes looks again for himself. */
export class Bell {
  readonly #waiting = new Set<() => void>()

  ring(): void {
    const woken = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of woken) wake()
  }

  /** Resolves at the next ring, after the timeout or when the signal aborts, whichever is first. */
  async heard({timeoutMs, signal}: {readonly timeoutMs?: number; readonly signal?: AbortSignal}): Promise<void> {
    if (signal?.aborted) return
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        this.#waiting.delete(wake)
        resolve()
      }
      const timer = timeoutMs === undefined ? undefined : setTimeout(wake, timeoutMs)
      signal?.addEventListener('abort', wake)
      this.#waiting.add(wake)
    })
  }
}
