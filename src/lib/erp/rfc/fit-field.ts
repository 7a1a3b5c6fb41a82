import {Buffer} from 'node:buffer'
import {isSapDate, isSapTime} from '#lib/erp/sap-values.js'
import type {FieldShape} from './interface.js'

export type FittedField =
  {readonly ok: true; readonly value: unknown} | {readonly ok: false; readonly code: string; readonly problem: string}

/** Whether a value can go into a field as it is, without a loss. */
export function fitField(value: unknown, {type, length, decimals}: FieldShape): FittedField {
  switch (type) {
    case 'C':
      return typeof value === 'string' ? upTo(length, value) : wrongType('text', value)
    case 'g':
    case 'p':
      return typeof value === 'string' ? fits(value) : wrongType('text', value)
    case 'N':
      if (typeof value !== 'string' || !/^\d*$/.test(value)) return wrongType('digits as a text', value)
      return upTo(length, value)
    case 'D':
      if (value === '') return fits('00000000')
      return isSapDate(value) ? fits(value) : wrong('bad_date', `is no date YYYYMMDD; $sapDate makes one`)
    case 'T':
      if (value === '') return fits('000000')
      return isSapTime(value) ? fits(value) : wrong('bad_time', `is no time HHMMSS; $sapTime makes one`)
    case 'P':
      return fitDecimal(value, length - decimals, decimals)
    case 'a':
      return fitDecimal(value, 16, 16, 16)
    case 'e':
      return fitDecimal(value, 34, 34, 34)
    case 'F':
      return typeof value === 'number' || isDecimal(value) ? fits(value) : wrongType('a number', value)
    case 'X':
    case 'y':
      return fitBytes(value, type === 'X' ? length : Infinity)
    default:
      return fitInteger(value, type)
  }
}

function fitDecimal(value: unknown, whole: number, decimals: number, digits = Infinity): FittedField {
  // Beyond fifteen digits a number of JSON may not be the one that was written.
  if (typeof value === 'number' && !isExact(value)) {
    return wrong('inexact', `has more digits than a number keeps; write it as a text: ${value}`)
  }
  const text = typeof value === 'number' ? String(value) : value
  if (!isDecimal(text)) return wrongType('a decimal number', value)
  const [, left = '', right = ''] = /^[+-]?0*(\d*)(?:\.(\d*?)0*)?$/.exec(text) ?? []
  if (left.length > whole || right.length > decimals || left.length + right.length > digits) {
    const room = digits === Infinity ? `${whole} digits before the point and ${decimals} after it` : `${digits} digits`
    return wrong('too_long', `has room for ${room}, not for ${text}`)
  }
  return fits(value)
}

function fitInteger(value: unknown, type: string): FittedField {
  if (typeof value !== 'number' || !Number.isInteger(value)) return wrongType('a whole number', value)
  const [least, most] = integerRanges[type] ?? fourBytes
  return value >= least && value <= most ? fits(value) : wrong('too_long', `takes ${least} to ${most}, not ${value}`)
}

function fitBytes(value: unknown, length: number): FittedField {
  if (typeof value !== 'string' || !/^(?:[\da-f]{2})*$/i.test(value))
    return wrongType('bytes as hexadecimal text', value)
  const bytes = Buffer.from(value, 'hex')
  return bytes.length <= length
    ? fits(bytes)
    : wrong('too_long', `has room for ${length} bytes, not for ${bytes.length}`)
}

function upTo(length: number, value: string): FittedField {
  if (value.length <= length) return fits(value)
  return wrong('too_long', `has room for ${length} characters, not for ${value.length}`)
}

function isDecimal(value: unknown): value is string {
  return typeof value === 'string' && /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(value)
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && String(value).replace(/^-?0*\.?0*|\./g, '').length <= 15 && !/e/.test(String(value))
}

function fits(value: unknown): FittedField {
  return {ok: true, value}
}

function wrong(code: string, problem: string): FittedField {
  return {ok: false, code: `rfc:${code}`, problem}
}

function wrongType(wanted: string, value: unknown): FittedField {
  const got = value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`
  return wrong('wrong_type', `takes ${wanted}, not ${got}`)
}

const fourBytes = [-(2 ** 31), 2 ** 31 - 1] as const

/** The addon cuts integers of eight bytes to four. */
const integerRanges: Readonly<Record<string, readonly [number, number]>> = {
  b: [0, 255],
  s: [-(2 ** 15), 2 ** 15 - 1],
  I: fourBytes,
  '8': fourBytes,
}
