import type {ODataOperation} from '#lib/config/odata-kind.js'
import {messagesOf} from '#lib/erp/message-table.js'
import type {ErpConnector, PingOutcome} from '#lib/erp/connector.js'
import {requireAddress} from '#lib/erp/http/require-address.js'
import type {Failure} from '#lib/kernel/failure.js'
import {amendDocument, probeAmended} from './amend.js'
import {submitBatch} from './batch.js'
import {probeChange, submitChange} from './change.js'
import {probeCreate, submitCreate} from './create.js'
import {readDecimals} from './decimals.js'
import {dialectOf} from './dialect.js'
import {listDocuments} from './list.js'
import {readDocument, readDocuments} from './read.js'
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
  const session = sessionOf(destination)
  const dialect = dialectOf(operation.protocol)
  const service = `${operation.service.replace(/^\/+|\/+$/g, '')}/`
  const target: Target = {
    session,
    operation,
    dialect,
    findMessage: messagesOf(operation),
    service,
    decimals: readDecimals(session, {service, dialect}),
  }
  const close = async () => {}
  const ping = (signal: AbortSignal) => pingService(target, signal)
  const resync: Pick<ErpConnector, 'read' | 'readMany' | 'list' | 'amend' | 'probeAmended'> = {
    read: (document, signal) => readDocument(target, document, signal),
    readMany: (documents, signal) => readDocuments(target, documents, signal),
    ...(hasOneName(operation) ? {list: (query, signal) => listDocuments(target, query, signal)} : {}),
    amend: (document, signal) => amendDocument(target, document, signal),
    probeAmended: (document, signal) => probeAmended(target, document, signal),
  }
  switch (operation.method) {
    case 'create':
      return {
        submit: (document, signal) => submitCreate(target, document, signal),
        submitBatch: (documents, signal) => submitBatch(target, documents, signal),
        probe: (document, signal) => probeCreate(target, document, signal),
        ...resync,
        ping,
        close,
      }
    case 'update':
    case 'upsert':
      return {
        submit: (document, signal) => submitChange(target, document, signal),
        probe: (document, signal) => probeChange(target, document, signal),
        ...resync,
        ping,
        close,
      }
  }
}

/** An entity that SAP knows by several parts has no one name to be listed by. */
function hasOneName({method, entityKey = []}: ODataOperation): boolean {
  return method === 'create' || entityKey.length === 1
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
