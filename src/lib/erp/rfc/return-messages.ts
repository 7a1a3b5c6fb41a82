import {z} from 'zod'
import {isParameters, memberOf, type Parameters} from './body.js'
import type {FunctionInterface} from './interface.js'

/** One message of a function that does not raise its errors but returns them. */
export interface SapMessage {
  readonly type: string
  /** Class and number, e.g. `V1/042`. */
  readonly code: string
  readonly text: string
}

/**
 * The messages in an answer: rows of a table, or one structure, of any of
 * SAP's forms (BAPIRET1, BAPIRET2, BAPIRETURN).
 */
export function readMessages(answer: Parameters, parameter: string): readonly SapMessage[] {
  const value = memberOf(answer, parameter)
  const rows: readonly unknown[] = Array.isArray(value) ? value : [value]
  return rows.filter(isParameters).flatMap((one) => message.safeParse(one).data ?? [])
}

/** Where a function gives its messages, if nobody says: in the parameter with the usual name, and in those of such a type. */
export function messageParameters(shape: Pick<FunctionInterface, 'messages'> | undefined): readonly string[] {
  return [...new Set(['RETURN', ...(shape?.messages ?? [])])]
}

/** Those after which nothing may be committed. */
export function errorsAmong(messages: readonly SapMessage[]): readonly SapMessage[] {
  return messages.filter(isError)
}

export function isError({type}: SapMessage): boolean {
  return errorTypes.has(type)
}

const errorTypes: ReadonlySet<string> = new Set(['E', 'A', 'X'])

const text = z.string().catch('')

/** Older functions have class and number in one field of five characters. */
const message = z
  .object({TYPE: text, ID: text, NUMBER: z.coerce.string().catch(''), CODE: text, MESSAGE: text})
  .transform(({TYPE, ID, NUMBER, CODE, MESSAGE}): SapMessage | undefined => {
    const type = TYPE.trim().toUpperCase()
    if (type === '' && ID.trim() === '' && CODE.trim() === '') return undefined
    const code =
      ID.trim() === '' ? CODE.trim().replace(/^(.*)(\d{3})$/, '$1/$2') : `${ID.trim()}/${NUMBER.padStart(3, '0')}`
    return {type, code, text: MESSAGE.trim()}
  })
