import {z} from 'zod'

/**
 * When a run stops by itself:
 *
 * - `share`: of the last hundred outcomes, more than so many percent failed
 * - `consecutive`: so many failed in a row
 * - `new_group`: one failed for another reason than before
 * - `erp_slow`: SAP's answers take much longer than before, or its breaker is not closed
 */
export type StopRule =
  | {readonly kind: 'share'; readonly percent: number}
  | {readonly kind: 'consecutive'; readonly count: number}
  | {readonly kind: 'new_group'}
  | {readonly kind: 'erp_slow'}

/** What keeps a run from making it worse. */
export interface Guards {
  /** So many items go first, and every one of them must end well. */
  readonly canary: number | null
  /** How long the canary may take. */
  readonly canaryWaitMs: number
  /** Items a second. */
  readonly ratePerS: number | null
  /** Whether to begin at a tenth of the pace. */
  readonly ramp: boolean
  /** Items of one business key on their way at once. */
  readonly perKey: number
  /** Items on their way at once. */
  readonly maxInFlight: number | null
  readonly stopOn: readonly StopRule[]
}

export const noGuards: Guards = {
  canary: null,
  canaryWaitMs: 120_000,
  ratePerS: null,
  ramp: false,
  perKey: 1,
  maxInFlight: null,
  stopOn: [],
}

/** Whether somebody has to meter a run with these: to follow it and send bit by bit. */
export function isMetered({canary, ratePerS, ramp, perKey, maxInFlight, stopOn}: Guards): boolean {
  return (
    canary !== null ||
    ratePerS !== null ||
    ramp ||
    perKey !== noGuards.perKey ||
    maxInFlight !== null ||
    stopOn.length > 0
  )
}

/** Reads rules such as `5%|3 consecutive|new-group|erp-slow`; undefined if one of them is none. */
export function parseStopRules(text: string): readonly StopRule[] | undefined {
  const rules = text.split(/[|,]/).map((part) => parseStopRule(part.trim()))
  return rules.every((rule) => rule !== undefined) ? rules : undefined
}

/** A rule as a person writes it. */
export function stopRuleText(rule: StopRule): string {
  switch (rule.kind) {
    case 'share':
      return `${rule.percent}%`
    case 'consecutive':
      return `${rule.count} consecutive`
    case 'new_group':
      return 'new-group'
    case 'erp_slow':
      return 'erp-slow'
  }
}

/** Guards as they were kept with a run. */
export function readGuards(kept: unknown): Guards {
  return guardsSchema.parse(kept)
}

/** Reads `10/s`, `600/m` or `10` as items a second; undefined if it is none. */
export function parseRate(text: string): number | undefined {
  const match = /^(\d{1,6}(?:\.\d{1,3})?)(?:\/(s|m|h))?$/.exec(text.trim())
  if (!match) return undefined
  const perS = Number(match[1]) / (match[2] === 'm' ? 60 : match[2] === 'h' ? 3600 : 1)
  return perS > 0 ? perS : undefined
}

function parseStopRule(text: string): StopRule | undefined {
  const share = /^(\d{1,2}(?:\.\d+)?)\s*%$/.exec(text)
  if (share) return {kind: 'share', percent: Number(share[1])}
  const consecutive = /^([1-9]\d{0,3})\s+consecutive$/.exec(text)
  if (consecutive) return {kind: 'consecutive', count: Number(consecutive[1])}
  if (text === 'new-group') return {kind: 'new_group'}
  if (text === 'erp-slow') return {kind: 'erp_slow'}
  return undefined
}

const stopRuleSchema = z.discriminatedUnion('kind', [
  z.object({kind: z.literal('share'), percent: z.number()}),
  z.object({kind: z.literal('consecutive'), count: z.number()}),
  z.object({kind: z.literal('new_group')}),
  z.object({kind: z.literal('erp_slow')}),
])

/** Runs that meter nothing keep no guards. */
const guardsSchema = z.object({
  canary: z.number().nullable().default(noGuards.canary),
  canaryWaitMs: z.number().default(noGuards.canaryWaitMs),
  ratePerS: z.number().nullable().default(noGuards.ratePerS),
  ramp: z.boolean().default(noGuards.ramp),
  perKey: z.number().default(noGuards.perKey),
  maxInFlight: z.number().nullable().default(noGuards.maxInFlight),
  stopOn: z.array(stopRuleSchema).default([]),
})
