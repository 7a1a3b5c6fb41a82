/** Whether a number can be that of an attempt: from 1, and no more than the ledger's column can hold. */
export function isAttempt(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number < 2 ** 31
}
