/**
 * How long to wait before the nth try (from 1) after a failure: doubling from
 * 100 ms to 15 s, of which a random half, so that the workers of many hosts do
 * not come back in one rush.
 */
export function backOffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(firstMs * 2 ** (attempt - 1), mostMs)
  return Math.round(ceiling / 2 + (ceiling / 2) * random())
}

const firstMs = 100
const mostMs = 15_000
