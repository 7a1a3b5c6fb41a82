import type {SourceSettings} from '#lib/config/source.js'

/** What a watermark is: a time, or a number that grows. */
export type MarkKind = 'time' | 'number'

/** How far the source of a flow is read. */
export interface Watermark {
  readonly column: string
  readonly kind: MarkKind
  /** What lies before it is accepted or kept as refused: a time in UTC with microseconds, or a whole number; null before the first. */
  readonly at: string | null
  /** Of numbers, the greatest one seen and when: whoever drew a lower one began before. */
  readonly seen: {readonly at: string; readonly when: string} | null
}

/** How far a source can be read for good. */
export interface Horizon {
  /** Whoever is still to commit began no earlier: a time in UTC with microseconds. */
  readonly at: string
}

/** Nothing is read yet. */
export function noWatermark(column: string, kind: MarkKind): Watermark {
  return {column, kind, at: null, seen: null}
}

/** The watermark to read from. A source that is read by another column now is read from its beginning. */
export function watermarkToReadFrom(
  kept: Watermark | undefined,
  {column, kind}: Pick<Watermark, 'column' | 'kind'>,
): Watermark {
  return kept === undefined || kept.column !== column || kept.kind !== kind ? noWatermark(column, kind) : kept
}

/**
 * A watermark once rows are accepted up to one. A time may pass no horizon:
 * who began before it and commits later writes times before it. Numbers say
 * nothing of when, and wait until all is read.
 */
export function watermarkBehind(watermark: Watermark, last: string | null, horizon: Horizon): Watermark {
  if (last === null || watermark.kind === 'number') return watermark
  const reached = last < horizon.at ? last : horizon.at
  return {...watermark, at: later('time', watermark.at, reached)}
}

/**
 * A watermark once all is read from it on, `last` being the greatest value and
 * `when` a moment after it was seen. Of numbers the greatest one that an earlier
 * run saw counts now if every transaction that ran then was over when this
 * reading began: it has read what they left.
 */
export function watermarkAtEnd(
  watermark: Watermark,
  {last, when}: {readonly last: string | null; readonly when: string},
  horizon: Horizon,
): Watermark {
  const {kind, seen} = watermark
  if (kind === 'time') return watermark
  if (seen !== null && seen.when >= horizon.at) return watermark
  const at = seen === null ? watermark.at : later(kind, watermark.at, seen.at)
  const isNews = last !== null && (at === null || isAfter(kind, last, at))
  return {...watermark, at, seen: isNews ? {at: last, when} : null}
}

/** Where reading begins: a little before the watermark, for those whose clock is behind and those we are not shown. */
export function startOfReading({kind, at}: Watermark, overlap: SourceSettings['overlap']): string | null {
  if (at === null) return null
  if (kind === 'time') {
    const ms = overlap?.kind === 'time' ? overlap.ms : defaultOverlapMs
    return new Date(Date.parse(at) - ms).toISOString()
  }
  return String(BigInt(at) - BigInt(overlap?.kind === 'number' ? overlap.count : defaultOverlap))
}

/** Times of one form are ordered as their texts are. */
function later(kind: MarkKind, a: string | null, b: string): string {
  if (a === null) return b
  const isLater = kind === 'time' ? b > a : BigInt(b) > BigInt(a)
  return isLater ? b : a
}

/** The one that comes first; null counts for none. */
export function earlier(kind: MarkKind, a: string | null, b: string): string {
  return a === null || later(kind, a, b) === a ? b : a
}

export function isAfter(kind: MarkKind, a: string, b: string): boolean {
  return a !== b && later(kind, a, b) === a
}

const defaultOverlapMs = 300_000
const defaultOverlap = 1000
