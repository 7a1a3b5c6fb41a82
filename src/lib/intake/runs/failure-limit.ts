import type {PushCounts} from './push-run.js'

/** How many rejected lines are too many: a number of them, or a share of what was read. */
export type FailureLimit =
  {readonly kind: 'count'; readonly most: number} | {readonly kind: 'share'; readonly percent: number}

/** Reads `10` or `1%`; undefined if it is neither. */
export function parseFailureLimit(text: string): FailureLimit | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(%?)$/.exec(text.trim())
  if (match === null) return undefined
  const number = Number(match[1])
  if (match[2] === '%') return number <= 100 ? {kind: 'share', percent: number} : undefined
  return Number.isInteger(number) ? {kind: 'count', most: number} : undefined
}

/**
 * Why a push has to stop, by the lines since it began or went on; undefined if
 * it may go on. A share says little before a hundred lines are read, unless
 * these are all.
 */
export function breachedLimit(
  {read, rejected}: PushCounts,
  limit: FailureLimit,
  {isAllRead}: {readonly isAllRead: boolean},
): string | undefined {
  switch (limit.kind) {
    case 'count':
      return rejected > limit.most ? `${rejected} of ${read} lines were rejected, more than ${limit.most}` : undefined
    case 'share': {
      const isEnough = read >= fewestLines || isAllRead
      return isEnough && rejected * 100 > limit.percent * read
        ? `${rejected} of ${read} lines were rejected, more than ${limit.percent}%`
        : undefined
    }
  }
}

const fewestLines = 100
