import type {Flow} from '#lib/config/load.js'
import type {ErpConnector} from '#lib/erp/connector.js'
import type {Mapping} from '#lib/erp/mapping.js'
import {openConnector} from '#lib/erp/open-connector.js'
import {batchOf, compileOperation} from '#lib/erp/operation.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {type Door, openDoor} from '#lib/intake/door.js'
import {openSubmit} from './open-submit.js'

/** What delivering a flow's messages takes. */
export interface FlowParts {
  readonly flow: Flow
  readonly door: Door
  readonly mapping: Mapping
  readonly connector: ErpConnector
  /** Carries one document into SAP, with others in one call if the flow sends batches. */
  readonly submit: ErpConnector['submit']
}

/**
 * Reads the flows' files and opens their connectors; nothing is called yet.
 *
 * @throws ErpSyncError 78 naming what is not right, or missing on this machine.
 */
export async function openAllFlowParts(flows: readonly Flow[]): Promise<readonly FlowParts[]> {
  const opening = await Promise.allSettled(flows.map(openFlowParts))
  const opened = opening.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  try {
    const failed = opening.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    for (const parts of opened) await requirePrepared(parts)
    return opened
  } catch (error) {
    await Promise.all(opened.map(async ({connector}) => connector.close()))
    throw error
  }
}

async function requirePrepared({flow, connector}: FlowParts): Promise<void> {
  const missing = await connector.prepare?.()
  if (missing === undefined) return
  throw new ErpSyncError(`destinations.${flow.destination}: ${missing.text}`, {
    code: missing.code,
    exitCode: exitCodes.configuration,
  })
}

async function openFlowParts(flow: Flow): Promise<FlowParts> {
  const [door, mapping] = await Promise.all([openDoor(flow), compileOperation(flow.operation)])
  const connector = openConnector(flow.destination, flow.target, flow.operation, flow.name)
  return {flow, door, mapping, connector, submit: openSubmit(connector, batchOf(flow.operation))}
}
