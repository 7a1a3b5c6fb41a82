import {findFlow, type Config, requireSecrets} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {registerDestinations} from '#lib/ledger/destinations.js'
import type {ErpConnector} from '#lib/erp/connector.js'
import {openConnector} from '#lib/erp/open-connector.js'
import {compileOperation} from '#lib/erp/operation.js'
import {openPersonalFields} from '#lib/intake/personal-fields.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {comparingOf} from '#lib/resync/comparing-of.js'
import type {Desk} from '#lib/resync/compare-states.js'
import {readInChunks} from '#lib/resync/read-in-chunks.js'
import type {InternalSide} from '#lib/resync/internal/internal-side.js'
import {askError} from './erp-error.js'
import {internalKindOf, withInternalSide} from './internal-side.js'
import {openPassage} from './sap-passage.js'

/** What it takes to compare keys of a flow with SAP. */
export type OpenDesk = Desk & {
  readonly database: Database
  readonly connector: ErpConnector
  readonly internal: InternalSide
}

export interface DeskOptions {
  readonly flow: string
  readonly unmask: boolean
  /** Go by the newest accepted states even if the flow has a source. */
  readonly isFromLedger: boolean
  /** More than one call: then they take slots as deliveries do. A single one, by hand, does not wait for them. */
  readonly isMetered: boolean
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/**
 * Does work at an open desk, and closes what was opened.
 *
 * @throws ErpSyncError 2 if there is no such flow or it cannot be read from SAP, 69 if SAP is not to be called now.
 */
export async function withDesk<Result>(
  {config, database}: {readonly config: Config; readonly database: Database},
  {flow: name, unmask, isFromLedger, isMetered, signal, say}: DeskOptions,
  work: (desk: OpenDesk) => Promise<Result>,
): Promise<Result> {
  const flow = findFlow(config, name)
  requireSecrets(config, `destinations.${flow.destination}`)
  const mapping = await compileOperation(flow.operation)
  const personal = unmask ? undefined : await openPersonalFields(config)(flow.name)
  const connector = openConnector(flow.destination, flow.target, flow.operation, flow.name)
  try {
    const missing = await connector.prepare?.()
    if (missing !== undefined) throw askError(missing)
    await registerDestinations(database, [flow.destination])
    const passage = await openPassage(database, flow, {isMetered, signal, say})
    try {
      const way = {pass: passage.pass, atOnce: Math.min(flow.target.limits.concurrency, mostAtOnce)}
      const readSap = readInChunks(connector, way, signal)
      if (readSap === undefined) throw notReadable(flow.name)
      const desk = {database, flow, mapping, comparing: comparingOf(flow), readSap, personal, connector}
      const kind = internalKindOf(flow, isFromLedger)
      return await withInternalSide({config, database}, {flow, kind, signal}, async (internal) =>
        work({...desk, internal}),
      )
    } finally {
      await passage.close()
    }
  } finally {
    await connector.close()
  }
}

function notReadable(flow: string): ErpSyncError {
  return new ErpSyncError(`What SAP holds of the flow ${flow} cannot be read: its operation has no way to.`, {
    code: 'not_readable',
    exitCode: exitCodes.usage,
    hint: 'Flows over OData can be read; docs/resync.md says what can be compared.',
  })
}

/** More calls than that bring no more: what comes back has to be compared as well. */
const mostAtOnce = 8
