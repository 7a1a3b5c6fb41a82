import type {Failure} from '#lib/kernel/failure.js'
import type {ErpDocument, ProbeOutcome, SubmitOutcome} from '#lib/erp/connector.js'
import {mappingFailure} from '#lib/erp/jsonata.js'
import {postEntity} from './create.js'
import type {Entity} from './dialect.js'
import {unreadable} from './judge.js'
import {keySuffix} from './key.js'
import {sameValue} from './same-value.js'
import type {ODataCall} from './session.js'
import {documentNumberOf, readOf, remarks, type Target} from './target.js'

/**
 * Brings the entity to the mapped state: reads it, decides, and writes only if
 * nobody changed it in between. Who loses that race reads and decides again.
 */
export async function submitChange(target: Target, document: ErpDocument, signal: AbortSignal): Promise<SubmitOutcome> {
  const key = keySuffix(target.operation, document.body)
  if (key === undefined) return {kind: 'failed', failure: keyMissing(target)}
  let outcome = await changeOnce(target, key, document, signal)
  for (let again = 1; again < maxDecisions && isConflict(outcome); again++) {
    outcome = await changeOnce(target, key, document, signal)
  }
  return outcome
}

/** Whether SAP holds the mapped state already. */
export async function probeChange(target: Target, document: ErpDocument, signal: AbortSignal): Promise<ProbeOutcome> {
  const key = keySuffix(target.operation, document.body)
  if (key === undefined) return {kind: 'failed', failure: keyMissing(target)}
  const read = await readEntity(target, key, 'probe', signal)
  switch (read.kind) {
    case 'failed':
      return read
    case 'missing':
      return {kind: 'absent'}
    case 'present': {
      const isThere = Object.keys(difference(target, document.body, read.entity)).length === 0
      return isThere ? {kind: 'found', documentNumber: documentNumberOf(target, read.entity)} : {kind: 'absent'}
    }
  }
}

async function changeOnce(target: Target, key: string, document: ErpDocument, signal: AbortSignal) {
  const read = await readEntity(target, key, 'call', signal)
  switch (read.kind) {
    case 'failed':
      return read
    case 'missing':
      if (target.operation.method === 'update') return {kind: 'failed', failure: read.failure} as const
      return postEntity(target, target.dialect.encode(document.body), signal)
    case 'present':
      return patchEntity(target, key, document, read, signal)
  }
}

export type Read =
  | {readonly kind: 'present'; readonly entity: Entity; readonly etag: string | undefined}
  | {readonly kind: 'missing'; readonly failure: Failure}
  | {readonly kind: 'failed'; readonly failure: Failure}

/** Reads one entity, by its key and what is to be expanded of it. */
export async function readEntity(
  target: Target,
  suffix: string,
  stage: ODataCall['stage'],
  signal: AbortSignal,
): Promise<Read> {
  const {session, dialect} = target
  const call = readOf(target, suffix, stage)
  const outcome = await session.call(call, signal)
  if (outcome.kind !== 'ok') return outcome
  const entity = dialect.readEntity(outcome.answer.json)
  if (entity === undefined) {
    const failure = unreadable(outcome.answer, 'the answer holds no entity', session.occasion(call, 'read'))
    return {kind: 'failed', failure}
  }
  return {kind: 'present', entity, etag: outcome.answer.headers.get('etag') ?? dialect.etagOf(entity)}
}

/** Sends what differs and nothing else: SAP refuses some properties in a change even with the value they have. */
async function patchEntity(
  target: Target,
  key: string,
  {body}: ErpDocument,
  {entity, etag}: Extract<Read, {kind: 'present'}>,
  signal: AbortSignal,
): Promise<SubmitOutcome> {
  const documentNumber = documentNumberOf(target, entity)
  const notSent = Object.keys(body).filter((name) => isNested(body[name]))
  const changed = difference(target, body, entity)
  if (Object.keys(changed).length === 0) return {kind: 'done', documentNumber, ...remarks([], notSent)}

  const {session, service, operation, dialect} = target
  const precondition = etag === undefined ? {} : {etag}
  const call = {method: 'PATCH', service, path: `${operation.entitySet}${key}`, body: dialect.encode(changed)} as const
  const outcome = await session.call({...call, ...precondition, stage: 'call', findMessage: target.findMessage}, signal)
  if (outcome.kind !== 'ok') return {kind: 'failed', failure: outcome.failure}
  return {kind: 'done', documentNumber, ...remarks(outcome.messages, notSent)}
}

/** The mapped properties whose value SAP does not hold. Keys cannot change; nested entities have their own URLs. */
function difference({operation}: Target, body: Entity, held: Entity): Entity {
  const keys = new Set(operation.entityKey)
  const differing = Object.entries(body).filter(
    ([name, value]) => !keys.has(name) && !isNested(value) && !sameValue(value, held[name]),
  )
  return Object.fromEntries(differing)
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

export function isConflict(outcome: SubmitOutcome): boolean {
  return outcome.kind === 'failed' && outcome.failure.class === 'conflict'
}

/** The mapping left out a part of the key. */
export function keyMissing({operation}: Target): Failure {
  const keys = operation.entityKey?.join(', ') ?? ''
  return mappingFailure(
    'key_missing',
    `The mapping gave no text or number for the key of ${operation.entitySet}: ${keys}`,
  )
}

const maxDecisions = 3
