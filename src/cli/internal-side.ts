import {type Config, type Flow, requireSecrets} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {openDoor} from '#lib/intake/door.js'
import {openSource} from '#lib/intake/sources/source.js'
import type {InternalKind, InternalSide} from '#lib/resync/internal/internal-side.js'
import {ledgerSide} from '#lib/resync/internal/ledger-side.js'
import {sourceSide} from '#lib/resync/internal/source-side.js'

/** Who says what SAP should hold of a flow: its source if it has one, unless the ledger is asked for. */
export function internalKindOf({source}: Pick<Flow, 'source'>, isFromLedger: boolean): InternalKind {
  return source === undefined || isFromLedger ? 'ledger' : 'source'
}

/**
 * Does work with the side that says what SAP should hold, and closes what was opened.
 *
 * @throws ErpSyncError 2 if it is a source and the flow has none, 78 if its query does not run.
 */
export async function withInternalSide<Result>(
  {config, database}: {readonly config: Config; readonly database: Database},
  {flow, kind, signal}: {readonly flow: Flow; readonly kind: InternalKind; readonly signal: AbortSignal},
  work: (internal: InternalSide) => Promise<Result>,
): Promise<Result> {
  if (kind === 'ledger') return work(ledgerSide(database, flow.name))
  requireSecrets(config, `flows.${flow.name}.source`)
  const [door, source] = [await openDoor(flow), await openSource(flow, signal)]
  try {
    return await work(sourceSide(database, door, source))
  } finally {
    await source.close()
  }
}
