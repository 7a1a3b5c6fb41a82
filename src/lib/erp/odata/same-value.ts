import {plainNumber} from '#lib/erp/http/plain-number.js'

/**
 * Whether SAP holds the mapped value already. In doubt the answer is no: a
 * needless change is harmless, a change left out is lost. So two texts are the
 * same decimal only if the mapping gave a number, for `1.10` may be a name.
 */
export function sameValue(mapped: unknown, held: unknown): boolean {
  if (isInitial(mapped) && isInitial(held)) return true
  if (typeof mapped === 'number' || typeof held === 'number') return sameNumber(mapped, held)
  if (typeof mapped !== 'string' || typeof held !== 'string') return mapped === held
  if (mapped === held) return true
  const instant = instantOf(held)
  return instant !== undefined && instant === instantOf(mapped)
}

/** ABAP knows no null: an unset text comes back as `''`, an unset date as null. */
function isInitial(value: unknown): boolean {
  return value === null || value === ''
}

function sameNumber(mapped: unknown, held: unknown): boolean {
  const digits = canonicalDecimal(mapped)
  return digits !== undefined && digits === canonicalDecimal(held)
}

/** The number a decimal text stands for, if a number holds all its digits. */
export function exactNumber(text: string): number | undefined {
  const digits = canonicalDecimal(text)
  if (digits === undefined) return undefined
  const number = Number(digits)
  return canonicalDecimal(number) === digits ? number : undefined
}

/** Compared as digits: a float would take two long decimals for one. */
function canonicalDecimal(value: unknown): string | undefined {
  const written = typeof value === 'number' ? plainNumber(value) : value
  if (typeof written !== 'string') return undefined
  const match = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(written.trim())
  if (!match) return undefined
  const [, sign = '', whole = '', fraction = ''] = match
  const digits = fraction === '' ? whole : `${whole}.${fraction}`
  return digits === '0' ? digits : `${sign}${digits}`
}

/** V2's `/Date(ms)/` or an ISO date-time, in ms. Without a zone it is UTC, as in SAP. */
function instantOf(text: string): number | undefined {
  const legacy = /^\/Date\((-?\d+)(?:[+-]\d+)?\)\/$/.exec(text)
  if (legacy) return Number(legacy[1])
  const iso = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?$/.exec(text)
  if (!iso) return undefined
  const ms = Date.parse(`${iso[1]}${iso[2] ?? 'Z'}`)
  return Number.isNaN(ms) ? undefined : ms
}
