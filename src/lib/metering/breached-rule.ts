import type {StopRule} from './guards.js'

/** How one item ended, as far as the guards care. */
export type RecentOutcome = 'ok' | 'failed_same' | 'failed_new'

interface Watched {
  readonly recent: readonly RecentOutcome[]
  readonly erpSlow: string | null
}

/** What a failure is called: of dead letters, say, `died again`. */
export interface FailureWords {
  /** As in `3 in a row ...`. */
  readonly failed: string
  /** That one failed for a reason that was not there before, as a sentence without its end. */
  readonly failedNew: string
}

/** Why a run has to stop, by the first rule that says so; undefined if none does. */
export function breachedRule(watched: Watched, rules: readonly StopRule[], words: FailureWords): string | undefined {
  for (const rule of rules) {
    const why = breachOf(watched, rule, words)
    if (why !== undefined) return why
  }
  return undefined
}

/** Outcomes that are kept for the rules. */
export const watchedOutcomes = 100

function breachOf({recent, erpSlow}: Watched, rule: StopRule, words: FailureWords): string | undefined {
  switch (rule.kind) {
    case 'share': {
      const failed = recent.filter((outcome) => outcome !== 'ok').length
      // Of few outcomes one failure is a large share; but so many failures are too many whatever comes.
      const isTelling = recent.length >= fewestOutcomes || failed > (watchedOutcomes * rule.percent) / 100
      return isTelling && failed * 100 > recent.length * rule.percent
        ? `${failed} of the last ${recent.length} ${words.failed}, more than ${rule.percent}%`
        : undefined
    }
    case 'consecutive': {
      const inARow = recent.length - 1 - recent.findLastIndex((outcome) => outcome === 'ok')
      return inARow >= rule.count ? `${inARow} in a row ${words.failed}` : undefined
    }
    case 'new_group':
      return recent.includes('failed_new') ? words.failedNew : undefined
    case 'erp_slow':
      return erpSlow ?? undefined
  }
}

const fewestOutcomes = 20
