import {z} from 'zod'

const unitsMs = {ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000} as const

/** A length of time as people write it (`500ms`, `30s`, `2m`, `1h`, `7d`), in ms; undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim())
  if (!match) return undefined
  const [, amount, unit] = match
  return Math.round(Number(amount) * unitsMs[unit as keyof typeof unitsMs])
}

/** A configuration value like `30s`, read as ms. */
export const duration = z.string().transform((text, context): number => {
  const ms = parseDuration(text)
  if (ms !== undefined) return ms
  context.addIssue({code: 'custom', message: `expected a duration such as 500ms, 30s, 2m or 1h, got "${text}"`})
  return z.NEVER
})
