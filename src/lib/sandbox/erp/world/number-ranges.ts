export type NumberRange = 'address' | 'businessPartner' | 'idoc' | 'salesOrder'

/**
 * Draws document numbers. A number drawn is never given back, not even when the
 * change set that drew it is rolled back: like SAP's buffered ranges, gaps are
 * normal, a number used twice would not be.
 */
export class NumberRanges {
  readonly #last = new Map<NumberRange, number>()

  next(range: NumberRange): string {
    const number = (this.#last.get(range) ?? before[range]) + 1
    this.#last.set(range, number)
    return String(number)
  }
}

const before: Readonly<Record<NumberRange, number>> = {address: 0, businessPartner: 10_100_000, idoc: 0, salesOrder: 0}
