/** How single calls become batches. */
export interface Coalescing {
  /** Items in one batch at most. */
  readonly most: number
  /** Batches under way at once at most; what comes in beyond them gathers for the next. */
  readonly parallel?: number
  /** How long an item waits for others at most. Without it, an idle caller waits for nobody. */
  readonly withinMs?: number
  readonly isOneToBlame?: (error: unknown) => boolean
}

/**
 * Turns many single calls into few batched ones: while as many batches are
 * under way as may be, what comes in gathers for the next.
 *
 * `runBatch` answers each item at its own index. If it throws, every caller of
 * that batch is told so, unless one item is to blame: then each is tried alone,
 * so that one which can never succeed does not take the others with it.
 */
export function coalesce<Item, Answer>(
  runBatch: (items: readonly Item[]) => Promise<readonly Answer[]>,
  {most, parallel = 1, withinMs = 0, isOneToBlame = () => false}: Coalescing,
): (item: Item) => Promise<Answer> {
  interface Waiting {
    readonly item: Item
    readonly answered: (answer: Answer) => void
    readonly failed: (error: unknown) => void
  }
  let gathering: Waiting[] = []
  let running = 0
  let cancelStart: (() => void) | undefined

  const start = (): void => {
    cancelStart?.()
    cancelStart = undefined
    while (running < parallel && gathering.length > 0) {
      const batch = gathering.slice(0, most)
      gathering = gathering.slice(most)
      running += 1
      void runOne(batch).then(() => {
        running -= 1
        start()
      })
    }
  }

  const runOne = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const answers = await runBatch(batch.map(({item}) => item))
      for (const [index, {answered}] of batch.entries()) answered(answers[index] as Answer)
    } catch (error) {
      if (batch.length > 1 && isOneToBlame(error)) for (const waiting of batch) await runOne([waiting])
      else for (const {failed} of batch) failed(error)
    }
  }

  return async (item) =>
    new Promise<Answer>((answered, failed) => {
      gathering.push({item, answered, failed})
      if (gathering.length >= most) start()
      else if (running < parallel) cancelStart ??= later(start, withinMs)
    })
}

/** Calls back in time; at once means at the end of this turn, so that calls of the same turn share a batch. */
function later(callback: () => void, ms: number): () => void {
  if (ms > 0) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  }
  let isCancelled = false
  queueMicrotask(() => {
    if (!isCancelled) callback()
  })
  return () => {
    isCancelled = true
  }
}
