import type {ODataOperation} from '#lib/config/odata-kind.js'
import {messagesOf} from '#lib/erp/message-table.js'
import type {ErpConnector, PingOutcome} from '#lib/erp/connector.js'
import {requireAddress} from '#lib/erp/http/require-address.js'
import type {Failure} from '#lib/kernel/failure.js'
import {submitBatch} from './batch.js'
import {probeChange, submitChange} from './change.js'
import {probeCreate, submitCreate} from './create.js'
import {dialectOf} from './dialect.js'
import {ODataSession, type ODataDestination} from './session.js'
import type {Target} from './target.js'

interface ODataConnectorInput {
  readonly destination: ODataDestination
  readonly operation: ODataOperation
  readonly destinationName: string
}

/**
 * A connector for one operation over OData. Connectors of one destination (the
 * same settings object) share one session, however many flows use it.
 *
 * @throws ErpSyncError 78 if the destination's address is none.
 */
export function openODataConnector({destination, operation, destinationName}: ODataConnectorInput): ErpConnector {
  requireAddress(destination.baseUrl, destinationName)
  const target: Target = {
    session: sessionOf(destination),
    operation,
    dialect: dialectOf(operation.protocol),
    findMessage: messagesOf(operation),
    service: `${operation.service.replace(/^\/+|\/+$/g, '')}/`,
  }
  const close = async () => {}
  const ping = (signal: AbortSignal) => pingService(target, signal)
  switch (operation.method) {
    case 'create':
      return {
        submit: (document, signal) => submitCreate(target, document, signal),
        submitBatch: (documents, signal) => submitBatch(target, documents, signal),
        probe: (document, signal) => probeCreate(target, document, signal),
        ping,
        close,
      }
    case 'update':
    case 'upsert':
      return {
        submit: (document, signal) => submitChange(target, document, signal),
        probe: (document, signal) => probeChange(target, document, signal),
        ping,
        close,
      }
  }
}

async function pingService(target: Target, signal: AbortSignal): Promise<PingOutcome | {readonly failure: Failure}> {
  const startedAt = performance.now()
  const outcome = await target.session.ping(target.service, signal)
  if (outcome.kind !== 'ok') return {failure: outcome.failure}
  const latencyMs = Math.round(performance.now() - startedAt)
  return {latencyMs, system: `OData ${target.dialect.name} ${target.operation.service}`}
}

function sessionOf(destination: ODataDestination): ODataSession {
  const known = sessions.get(destination)
  if (known !== undefined) return known
  const session = new ODataSession(destination)
  sessions.set(destination, session)
  return session
}

/** Held as long as the settings are; the only state of this room outside a connector. */
const sessions = new WeakMap<ODataDestination, ODataSession>()
