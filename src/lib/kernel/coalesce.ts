/**
 * Turns many single calls into few batched ones: while one batch is under way,
 * what comes in gathers for the next. An idle caller waits for nobody.
 *
 * `runBatch` answers each item at its own index. If it throws, every caller of
 * that batch is told so, unless one item is to blame: then each is tried alone,
 * so that one which can never succeed does not take the others with it.
 */
export function coalesce<Item, Answer>(
  runBatch: (items: readonly Item[]) => Promise<readonly Answer[]>,
  {most, isOneToBlame = () => false}: {readonly most: number; readonly isOneToBlame?: (error: unknown) => boolean},
): (item: Item) => Promise<Answer> {
  interface Waiting {
    readonly item: Item
    readonly answered: (answer: Answer) => void
    readonly failed: (error: unknown) => void
  }
  let gathering: Waiting[] = []
  let running = false

  const drain = async (): Promise<void> => {
    running = true
    // Give callers of the same turn the chance to join the first batch.
    await Promise.resolve()
    while (gathering.length > 0) {
      const batch = gathering.slice(0, most)
      gathering = gathering.slice(most)
      await runOne(batch)
    }
    running = false
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
      if (!running) void drain()
    })
}
