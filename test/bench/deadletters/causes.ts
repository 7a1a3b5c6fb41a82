import {groupOf, type LetterGroup} from '#lib/deadletters/grouping/fingerprint.js'
import type {FailureClass} from '#lib/kernel/failure.js'

/** Something that goes wrong again and again: its letters are one group. */
export interface Cause {
  readonly flow: string
  readonly stage: string
  readonly class: FailureClass
  readonly code: string
  /** With `%` where the number of the order stands. */
  readonly text: string
  readonly group: LetterGroup
}

/** So many causes, of four flows and as many codes as it takes. */
export function causesOf(groups: number): readonly Cause[] {
  return Array.from({length: groups}, (_, index) => {
    const subject = {
      flow: flows[index % flows.length] ?? 'orders',
      stage: 'call',
      class: classes[index % classes.length] ?? 'permanent',
      code: `sap:V1/${String(300 + (index % 50)).padStart(3, '0')}`,
      text: `Order % is refused: field ${fieldName(index)} of the item is not maintained in plant DE01`,
    } as const
    return {
      ...subject,
      group: groupOf({...subject, text: subject.text.replace('%', '0000004711'), payload: undefined}, []),
    }
  })
}

/** Letters alone: a number would be taken out of the text, and all causes were one. */
function fieldName(index: number): string {
  return String(index).replaceAll(/\d/g, (digit) => 'ABCDEFGHIJ'[Number(digit)] ?? '')
}

const flows = ['orders', 'invoices', 'customers', 'stock'] as const
const classes = ['permanent', 'transient', 'permanent', 'config', 'in_doubt'] as const
