import type {RfcOperation} from '#lib/config/rfc-kind.js'
import type {FindMessage} from '#lib/erp/message-table.js'
import type {Redact} from '#lib/erp/odata/redact.js'
import type {RfcHost} from './host.js'
import type {InterfaceBook} from './interface-book.js'

/** One operation in one system, with all it takes to call it. */
export interface Target {
  readonly host: RfcHost
  readonly operation: RfcOperation
  /** Deadline of one call. */
  readonly timeoutMs: number
  readonly interfaces: InterfaceBook
  readonly findMessage: FindMessage
  readonly redact: Redact
}

export const commitFunction = 'BAPI_TRANSACTION_COMMIT'
export const rollbackFunction = 'BAPI_TRANSACTION_ROLLBACK'
