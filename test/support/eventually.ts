import {setTimeout as delay} from 'node:timers/promises'

/**
 * Asks again until the answer is truthy, and gives that answer. A question
 * that throws counts as "not yet"; what it threw last is told if time runs out.
 */
export async function eventually<Answer>(
  condition: () => Answer | Promise<Answer>,
  {timeoutMs = 10_000, everyMs = 25}: {readonly timeoutMs?: number; readonly everyMs?: number} = {},
): Promise<Answer> {
  const deadline = performance.now() + timeoutMs
  let last: unknown
  do {
    try {
      const answer = await condition()
      if (answer) return answer
      last = answer
    } catch (error) {
      last = error
    }
    await delay(everyMs)
  } while (performance.now() < deadline)
  throw new Error(`Still not so after ${timeoutMs} ms: ${condition.toString()}`, {cause: last})
}
