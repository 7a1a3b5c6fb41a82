import type {IdocDestination, IdocOperation} from '#lib/config/idoc-kind.js'
import type {ErpConnector, ErpDocument, ProbeOutcome, SubmitOutcome} from '#lib/erp/connector.js'
import {exchange, type HttpRequest} from '#lib/erp/http/exchange.js'
import {authorization, redactor} from '#lib/erp/http/redact.js'
import {requireAddress} from '#lib/erp/http/require-address.js'
import {mappingFailure} from '#lib/erp/jsonata.js'
import {messagesOf} from '#lib/erp/message-table.js'
import type {Failure} from '#lib/kernel/failure.js'
import {judgePing, judgePost, type Occasion} from './judge.js'
import {messageId} from './message-id.js'
import {openStatusRead, type StatusRead} from './read-status.js'
import {writeIdoc} from './write-idoc.js'

interface IdocConnectorInput {
  readonly destination: Omit<IdocDestination, 'limits' | 'breaker'>
  readonly operation: IdocOperation
  readonly destinationName: string
  readonly flow: string
}

/**
 * A connector for one operation by IDoc over SOAP. SAP takes every message id
 * once; that it has taken an IDoc does not mean that it has posted it.
 *
 * @throws ErpSyncError 78 if the destination's address is none.
 */
export function openIdocConnector(input: IdocConnectorInput): ErpConnector {
  const {destination, operation, destinationName, flow} = input
  requireAddress(destination.baseUrl, destinationName)
  const {status} = operation.probe
  const readStatus = status && openStatusRead(destination, status)
  return {
    submit: (document, signal) => submitIdoc(input, readStatus !== undefined, document, signal),
    probe: (document, signal) => probeIdoc(input, readStatus, messageId(flow, document.reference), signal),
    ping: async (signal) => {
      const startedAt = performance.now()
      const failure = await pingService(input, 'call', signal)
      if (failure !== undefined) return {failure}
      return {latencyMs: Math.round(performance.now() - startedAt), system: `IDoc by SOAP ${operation.idocType}`}
    },
    close: async () => {},
  }
}

async function submitIdoc(
  input: IdocConnectorInput,
  hasStatus: boolean,
  {body, reference}: ErpDocument,
  signal: AbortSignal,
): Promise<SubmitOutcome> {
  const {destination, operation, flow} = input
  const written = writeIdoc(operation, destination.control, body, messageId(flow, reference))
  if (!written.ok) return {kind: 'failed', failure: mappingFailure('not_an_idoc', written.problem)}
  const made = await exchange(requestOf(destination, {method: 'POST', body: written.xml}), destination.timeout, signal)
  const outcome = judgePost(made, occasionOf(input, 'call'))
  if (outcome.kind === 'failed') return outcome
  return {kind: hasStatus ? 'accepted' : 'done', documentNumber: outcome.number}
}

/** Without a status to read, the id is what settles a doubt: whatever SAP has of it, it takes no second one. */
async function probeIdoc(
  input: IdocConnectorInput,
  readStatus: StatusRead | undefined,
  arckey: string,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  if (readStatus !== undefined) return readStatus(arckey, signal)
  const failure = await pingService(input, 'probe', signal)
  return failure === undefined ? {kind: 'repeatable'} : {kind: 'failed', failure}
}

async function pingService(
  input: IdocConnectorInput,
  stage: Occasion['stage'],
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const {destination} = input
  const made = await exchange(requestOf(destination, {method: 'GET'}), destination.timeout, signal)
  return judgePing(made, occasionOf(input, stage))
}

function requestOf(
  {baseUrl, path, auth, sapClient, language}: IdocConnectorInput['destination'],
  call: Pick<HttpRequest, 'method' | 'body'>,
): HttpRequest {
  const basic = authorization(auth?.basic)
  const query = new URLSearchParams({
    ...(sapClient === undefined ? {} : {'sap-client': sapClient}),
    'sap-language': language,
  })
  return {
    ...call,
    url: `${baseUrl.replace(/\/+$/, '')}${path}?${query.toString()}`,
    headers: {
      accept: 'text/xml',
      // Both this type and the namespace of the IDoc tell SAP to look at the message id.
      ...(call.body === undefined ? {} : {'content-type': 'application/x-sap.idoc', soapaction: '""'}),
      ...(basic === undefined ? {} : {authorization: basic}),
    },
  }
}

function occasionOf({destination, operation}: IdocConnectorInput, stage: Occasion['stage']): Occasion {
  return {
    stage,
    title: `IDoc ${operation.idocType}`,
    findMessage: messagesOf(operation),
    redact: redactor(destination.auth?.basic),
    nowMs: Date.now(),
  }
}
