/**
 * Where deliveries of one worker process pass: many at once, but one that is
 * suspected to end the process alone, so that it takes no neighbours with it.
 */
export interface Aisle {
  readonly pass: (work: () => Promise<void>, options: {readonly alone: boolean}) => Promise<void>
}

export function openAisle(): Aisle {
  const passing = new Set<Promise<void>>()
  // Whoever wants to pass alone closes the aisle for those behind it.
  let closed: Promise<void> = Promise.resolve()

  const enter = async (work: () => Promise<void>): Promise<void> => {
    const walk = work().finally(() => passing.delete(walk))
    passing.add(walk)
    return walk
  }
  return {
    pass: async (work, {alone}) => {
      const before = closed
      if (!alone) {
        await before
        return enter(work)
      }
      const turn = before.then(async () => {
        await Promise.allSettled(passing)
        await work()
      })
      closed = turn.catch(() => {})
      return turn
    },
  }
}

/** A copy that came back twice without an outcome may be what ended its workers. */
export function isSuspect({
  redelivered,
  deliveryCount,
}: {
  readonly redelivered: boolean
  readonly deliveryCount: number
}) {
  return redelivered && deliveryCount >= 2
}
