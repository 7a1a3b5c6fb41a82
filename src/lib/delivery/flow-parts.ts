import type {Flow} from '#lib/config/load.js'
import type {ErpConnector} from '#lib/erp/connector.js'
import type {Mapping} from '#lib/erp/mapping.js'
import {openConnector} from '#lib/erp/open-connector.js'
import {batchOf, compileOperation} from '#lib/erp/operation.js'
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

/** Reads a flow's files and opens its connector; nothing is called yet. */
export async function openFlowParts(flow: Flow): Promise<FlowParts> {
  const [door, mapping] = await Promise.all([openDoor(flow), compileOperation(flow.operation)])
  const connector = openConnector(flow.destination, flow.target, flow.operation)
  return {flow, door, mapping, connector, submit: openSubmit(connector, batchOf(flow.operation))}
}
