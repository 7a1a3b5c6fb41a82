import type {ErpDocument, ProbeOutcome, SubmitOutcome} from '#lib/erp/connector.js'
import type {Entity} from './dialect.js'
import {type CallOutcome, unreadable} from './judge.js'
import {documentNumberOf, readOf, remarks, textLiteral, type Target} from './target.js'

/** Creates the document, items and all, under our reference. */
export async function submitCreate(target: Target, document: ErpDocument, signal: AbortSignal): Promise<SubmitOutcome> {
  return postEntity(target, bodyOf(target, document), signal)
}

/** What is posted to create the document. */
export function bodyOf(target: Target, document: ErpDocument): Entity {
  return target.dialect.encode(withReference(target, document))
}

/** Posts one entity, nested parts included. */
export async function postEntity(target: Target, body: Entity, signal: AbortSignal): Promise<SubmitOutcome> {
  const {session, service, operation, findMessage} = target
  const call = {method: 'POST', service, path: operation.entitySet, body, stage: 'call', findMessage} as const
  return creationOutcome(target, await session.call(call, signal))
}

/** What became of a post, as the caller of the connector is told. */
export function creationOutcome(target: Target, outcome: CallOutcome): SubmitOutcome {
  if (outcome.kind !== 'ok') return {kind: 'failed', failure: outcome.failure}
  const created = target.dialect.readEntity(outcome.answer.json)
  return {kind: 'done', documentNumber: documentNumberOf(target, created), ...remarks(outcome.messages)}
}

/** Looks for the document by our reference. */
export async function probeCreate(target: Target, document: ErpDocument, signal: AbortSignal): Promise<ProbeOutcome> {
  const {session, operation, dialect} = target
  const filter = `${operation.reference}%20eq%20${textLiteral(referenceOf(target, document))}`
  const call = readOf(target, `?$filter=${filter}&$select=${operation.result}&$top=2`, 'probe')
  const outcome = await session.call(call, signal)
  if (outcome.kind !== 'ok') return {kind: 'failed', failure: outcome.failure}

  const found = dialect.readCollection(outcome.answer.json)
  // What cannot be read must not count as "not found": that would send the document a second time.
  if (found === undefined) {
    const failure = unreadable(outcome.answer, 'the answer is not a list of entities', session.occasion(call, 'read'))
    return {kind: 'failed', failure}
  }
  const [first, second] = found
  if (first === undefined) return {kind: 'absent'}
  if (second === undefined) return {kind: 'found', documentNumber: documentNumberOf(target, first)}
  return {kind: 'several', documentNumbers: found.map((entity) => documentNumberOf(target, entity) ?? '(none)')}
}

/** What SAP is asked for to find the document. */
export function referenceOf(target: Target, document: ErpDocument): string {
  return String(withReference(target, document)[target.operation.reference])
}

/** Our reference, unless the mapping chose one. An empty one would be found in every other document. */
function withReference({operation}: Target, {body, reference}: ErpDocument): Entity {
  const chosen = body[operation.reference]
  const isSet = chosen !== undefined && chosen !== null && chosen !== ''
  return isSet ? body : {...body, [operation.reference]: reference}
}
