/** The number with exactly `scale` decimals, or undefined if it is none or does not fit. */
export function toDecimal(text: string, precision: number, scale: number): string | undefined {
  const match = /^-?0*(\d*?)(?:\.(\d+?)0*)?$/.exec(text)
  if (!match || !/\d/.test(text)) return undefined
  const [, whole = '', fraction = ''] = match
  if (fraction.length > scale || whole.length > precision - scale) return undefined
  return fromUnits(toUnits(text, scale), scale)
}

/** Negative, zero or positive, like any comparison of `a` with `b`. */
export function compareDecimals(a: string, b: string): number {
  const scale = Math.max(decimalsOf(a), decimalsOf(b))
  const difference = toUnits(a, scale) - toUnits(b, scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** The sum, with as many decimals as the summand that has most. */
export function addDecimals(a: string, b: string): string {
  const scale = Math.max(decimalsOf(a), decimalsOf(b))
  return fromUnits(toUnits(a, scale) + toUnits(b, scale), scale)
}

/** The product, cut to `scale` decimals. */
export function multiplyDecimals(a: string, b: string, scale: number): string {
  const product = toUnits(a, decimalsOf(a)) * toUnits(b, decimalsOf(b))
  const decimals = decimalsOf(a) + decimalsOf(b)
  return fromUnits((product * 10n ** BigInt(scale)) / 10n ** BigInt(decimals), scale)
}

function decimalsOf(text: string): number {
  const point = text.indexOf('.')
  return point === -1 ? 0 : text.length - point - 1
}

function toUnits(text: string, scale: number): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'))
}

function fromUnits(units: bigint, scale: number): string {
  const sign = units < 0n ? '-' : ''
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
