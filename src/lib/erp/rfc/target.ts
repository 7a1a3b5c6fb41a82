import type {RfcDestination, RfcOperation} from '#lib/config/rfc-kind.js'
import type {FindMessage} from '#lib/erp/message-table.js'
import type {Redact} from '#lib/erp/http/redact.js'
import type {RfcHost} from './host.js'
import type {InterfaceBook} from './interface-book.js'

/** What it takes to call functions in one system, and to judge what becomes of it. */
export interface Access {
  readonly host: RfcHost
  readonly operation: Pick<RfcOperation, 'commit'>
  /** Deadline of one call. */
  readonly timeoutMs: number
  readonly findMessage: FindMessage
  readonly redact: Redact
}

/** One operation in one system, with all it takes to call it. */
export interface Target extends Access {
  readonly operation: RfcOperation
  readonly interfaces: InterfaceBook
}

/** What of a destination must not get into a failure. */
export function secretsOf({connection}: Pick<RfcDestination, 'connection'>): readonly string[] {
  const {passwd = '', x509cert = '', mysapsso2 = '', saprouter = ''} = connection
  return [passwd, x509cert, mysapsso2, ...routePasswords(saprouter)]
}

/** A route may hold a password for each of its routers: `/H/router/W/password/H/...`. */
function routePasswords(route: string): readonly string[] {
  return [...route.matchAll(/\/[WP]\/([^/]+)/gi)].flatMap(([, password]) => password ?? [])
}

export const commitFunction = 'BAPI_TRANSACTION_COMMIT'
export const rollbackFunction = 'BAPI_TRANSACTION_ROLLBACK'
