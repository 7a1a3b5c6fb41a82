import type {OperationSettings} from '#lib/config/schema.js'
import type {Executed, Failure, FailureClass} from '#lib/kernel/failure.js'

/** What a failed call means. */
export type Verdict = Pick<Failure, 'class' | 'executed' | 'code' | 'mostAttempts'>

/** What one SAP message means for the call that got it. */
export interface MessageRow {
  /** Message class and number as SAP's OData errors write them, e.g. `V1/042`. */
  readonly code: string
  readonly class: FailureClass
  readonly executed: Executed
  readonly meaning: string
  /** Failed attempts after which it is given up, where that is fewer than the flow allows. */
  readonly mostAttempts?: number
  /** False: commonly cited, but we know of no published source that shows it. */
  readonly isVerified: boolean
}

/** What a message means, without what a person needs to know of it. */
export type MessageRuling = Pick<MessageRow, 'code' | 'class' | 'executed' | 'mostAttempts'>

/** Finds what a message means; undefined if nobody knows. */
export type FindMessage = (code: string) => MessageRuling | undefined

/** What a failed call comes to by a message that is known. */
export function verdictOf({code, class: kind, executed, mostAttempts}: MessageRuling): Verdict {
  return {class: kind, executed, code: `sap:${code}`, ...(mostAttempts === undefined ? {} : {mostAttempts})}
}

/** The row of a message, or undefined if the table does not know it. */
export function findMessage(code: string): MessageRow | undefined {
  return rowsByCode.get(code)
}

/** The table, overruled by what an operation says of its own messages. */
export function messagesOf({messages}: Pick<OperationSettings, 'messages'>): FindMessage {
  if (messages.length === 0) return findMessage
  const rulings = new Map<string, MessageRuling>(
    messages.map(({code, class: kind}) => [
      code,
      {code, class: kind, executed: kind === 'in_doubt' ? 'unknown' : 'no'},
    ]),
  )
  return (code) => rulings.get(code) ?? findMessage(code)
}

function rows(
  verdict: Pick<MessageRow, 'class' | 'executed' | 'meaning' | 'mostAttempts'>,
  codes: readonly string[],
  {isVerified = true} = {},
): readonly MessageRow[] {
  return codes.map((code) => ({...verdict, code, isVerified}))
}

const lock = {class: 'transient', executed: 'no', meaning: 'the object is locked by another user'} as const
const missing = {class: 'permanent', executed: 'no', meaning: 'master data or customizing is missing'} as const
const forbidden = {class: 'config', executed: 'no', meaning: 'the SAP user lacks an authorization'} as const
const business = {class: 'permanent', executed: 'no', meaning: 'SAP refuses the document'} as const

/** Matched on class and number alone, never on text: texts change with language and release. */
export const messageTable: readonly MessageRow[] = [
  ...rows(lock, ['06/001', 'CC/196', 'SO/198', 'UPC/090', 'BOM/206', '/SAPAPO/FOT/206']),
  ...rows(lock, ['V1/042', 'ME/006', 'M3/024', 'M3/682', 'M3/897', 'MC/601', 'VL/046', 'CO/469'], {isVerified: false}),
  ...rows({...lock, meaning: 'the same IDoc message id is in process'}, ['EA/728']),
  ...rows({...lock, meaning: 'the update task failed and was rolled back', mostAttempts: 2}, ['S&/101']),
  ...rows({class: 'in_doubt', executed: 'unknown', meaning: 'the external number is taken already'}, ['06/016']),
  ...rows({class: 'in_doubt', executed: 'unknown', meaning: 'the request was processed before'}, ['/IWBEP/CM_COS/005']),
  ...rows(missing, ['AA/001', 'BM/311', 'BM/312', 'B1/537', 'F5/814', 'FAGL_LEDGER_CUST/025']),
  ...rows(missing, ['BAPI1022/003', 'BAPI1022/004', 'BAPI1022/005', 'BAPI1022/021']),
  ...rows(missing, ['BK/025', 'BK/031', 'BK/048', 'BK/057', 'KE/081', 'KW/407', 'SG/105']),
  ...rows(missing, ['KI/101', 'KI/152', 'KI/154', 'KI/222', 'KI/235', 'KI/280']),
  ...rows(forbidden, ['AA/072', 'AA/073', 'AA/074', 'AA/075', 'AA/882', 'AA/883', 'AA/888', 'F5/083', 'KI/591']),
  ...rows(business, ['SLS_LORD/005', 'SLS_LORD/009', 'SLS_LORD/166', 'M_/011']),
]

const rowsByCode: ReadonlyMap<string, MessageRow> = new Map(messageTable.map((row) => [row.code, row]))
