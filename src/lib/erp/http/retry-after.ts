/**
 * How long an answer asks us to wait, in ms: `Retry-After` as seconds or as an
 * HTTP date. Bounded, so that a wrong header cannot park a message for good.
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (value === undefined || value === '') return undefined
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - serverNow(headers, nowMs)
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), maxWaitMs)
}

/** A date is meant by the server's own clock, which need not be ours. */
function serverNow(headers: Headers, nowMs: number): number {
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? nowMs : date
}

const maxWaitMs = 3_600_000
