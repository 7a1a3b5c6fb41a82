/**
 * The conversion exit ALPHA. SAP stores the numbers of customers, materials and
 * documents with leading zeros, and RFC converts nothing: a numeric number that
 * comes without them is the key of nothing.
 */
export function toInternal(number: string, length: number): string {
  return digits.test(number) ? number.padStart(length, '0') : number
}

/** The number as people and OData know it; undefined if nothing can be stored under what was given. */
export function toExternal(stored: string, length: number): string | undefined {
  if (!digits.test(stored)) return stored === '' ? undefined : stored
  return stored.length === length ? stored.replace(/^0+(?=\d)/, '') : undefined
}

export const customerLength = 10
export const documentLength = 10
export const materialLength = 18
export const longMaterialLength = 40

const digits = /^\d+$/
