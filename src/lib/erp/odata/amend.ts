import type {ErpDocument, ProbeOutcome, SubmitOutcome} from '#lib/erp/connector.js'
import {cutText} from '#lib/erp/cut.js'
import type {Failure} from '#lib/kernel/failure.js'
import {isSettled, planAmendment, type Amendment} from './amendment.js'
import {isConflict, keyMissing, type Read, readEntity} from './change.js'
import {cutShort, readCollection} from './collection.js'
import {bodyOf, postEntity} from './create.js'
import {decode} from './decode.js'
import type {Entity} from './dialect.js'
import {keySuffix} from './key.js'
import {locate} from './locate.js'
import {findCutShort, type Nest, nestOf} from './nest.js'
import {childKeyOf, ownKeyOf} from './nested-sets.js'
import {documentNumberOf, type Target} from './target.js'
import {writeAmendment} from './write-amendment.js'

/**
 * Brings the object of a document, in whatever state SAP holds it, to the mapped
 * one: reads it, compares, and writes what differs and nothing else, its own
 * properties first and then the entities nested in it. What is not there is
 * created. Each write stands under the ETag that was read; who loses a race reads
 * and compares again. Cut short at any point, the next call goes on from there.
 */
export async function amendDocument(
  target: Target,
  document: ErpDocument,
  signal: AbortSignal,
): Promise<SubmitOutcome> {
  let lost = 0
  let written = 0
  for (;;) {
    const {outcome, writes} = await amendOnce(target, document, signal)
    written += writes
    // Services that change the ETag of the whole with each of its parts let one write pass at a time.
    lost = writes > 0 ? 1 : lost + 1
    if (outcome.kind !== 'failed') return outcome
    if (!isConflict(outcome) || lost >= mostLost)
      return {kind: 'failed', failure: afterWrites(outcome.failure, written)}
  }
}

/** Whether SAP holds the mapped state, the nested entities included. */
export async function probeAmended(target: Target, document: ErpDocument, signal: AbortSignal): Promise<ProbeOutcome> {
  const found = await find(target, document, signal)
  if (found.kind !== 'present') return found
  const {entity, amendment} = found
  return isSettled(amendment) ? {kind: 'found', documentNumber: documentNumberOf(target, entity)} : {kind: 'absent'}
}

async function amendOnce(
  target: Target,
  document: ErpDocument,
  signal: AbortSignal,
): Promise<{readonly outcome: SubmitOutcome; readonly writes: number}> {
  const found = await find(target, document, signal)
  switch (found.kind) {
    case 'failed':
      return {outcome: found, writes: 0}
    case 'several':
      return {outcome: {kind: 'failed', failure: severalFound(found.documentNumbers)}, writes: 0}
    case 'absent':
      return {outcome: await createAbsent(target, document, found.failure, signal), writes: 0}
    case 'present': {
      const {amendment} = found
      if (amendment.obstacle !== null)
        return {outcome: {kind: 'failed', failure: notAmendable(amendment.obstacle)}, writes: 0}
      return writeAmendment(target, found, signal)
    }
  }
}

async function createAbsent(
  target: Target,
  document: ErpDocument,
  failure: Failure | undefined,
  signal: AbortSignal,
): Promise<SubmitOutcome> {
  switch (target.operation.method) {
    case 'create':
      return postEntity(target, bodyOf(target, document), signal)
    case 'upsert':
      return postEntity(target, target.dialect.encode(document.body), signal)
    case 'update':
      return {kind: 'failed', failure: failure ?? keyMissing(target)}
  }
}

type Found =
  | {
      readonly kind: 'present'
      readonly entity: Entity
      readonly etag: string | undefined
      readonly amendment: Amendment
    }
  | {readonly kind: 'absent'; readonly failure?: Failure}
  | {readonly kind: 'several'; readonly documentNumbers: readonly string[]}
  | {readonly kind: 'failed'; readonly failure: Failure}

/** Reads the object whole: what is left out of the answer could not be compared, and its keys could not be named. */
async function find(target: Target, document: ErpDocument, signal: AbortSignal): Promise<Found> {
  const decimals = await target.decimals(signal)
  if (decimals.kind === 'failed') return decimals
  const read = await readWhole(target, document, signal)
  switch (read.kind) {
    case 'failed':
    case 'several':
      return read
    case 'missing':
      return {kind: 'absent', failure: read.failure}
    case 'absent':
      return read
    case 'present': {
      const {operation} = target
      const fixed = [...ownKeyOf(operation), ...(operation.method === 'create' ? [operation.reference] : [])]
      const names = {fixed, childKey: (navigation: string) => childKeyOf(operation, navigation).key}
      return {...read, amendment: planAmendment(document.body, decode(read.entity, decimals.names), names)}
    }
  }
}

async function readWhole(
  target: Target,
  document: ErpDocument,
  signal: AbortSignal,
): Promise<Read | Extract<Found, {kind: 'absent' | 'several'}>> {
  const {operation, dialect} = target
  const {nested} = nestOf([document.body])
  // Of the nested entities all properties too, so that their keys are among them.
  const expand = dialect.project(withoutProperties({properties: new Set(), nested}))
  if (operation.method !== 'create') {
    const key = keySuffix(operation, document.body)
    if (key === undefined) return {kind: 'failed', failure: keyMissing(target)}
    const read = await readEntity(target, expand.length === 0 ? key : `${key}?${expand.join('&')}`, 'call', signal)
    const cut = read.kind === 'present' ? findCutShort(read.entity) : undefined
    return cut === undefined ? read : {kind: 'failed', failure: cutShort(target, cut)}
  }
  const location = locate(target, document)
  if (location.kind === 'failed') return location
  const read = await readCollection(target, [`$filter=${location.filter}`, ...expand, '$top=2'], signal)
  if (read.kind === 'failed') return read
  const [first, second] = read.entities
  if (first === undefined) return {kind: 'absent'}
  if (second === undefined) return {kind: 'present', entity: first, etag: dialect.etagOf(first)}
  return {kind: 'several', documentNumbers: read.entities.map((one) => documentNumberOf(target, one) ?? '(none)')}
}

function withoutProperties({nested}: Nest): Nest {
  return {
    properties: new Set(),
    nested: new Map([...nested].map(([name, nest]) => [name, withoutProperties(nest)])),
  }
}

function afterWrites(failure: Failure, written: number): Failure {
  if (written === 0) return failure
  const changes = written === 1 ? 'one change was' : `${written} changes were`
  return {...failure, text: cutText(`${failure.text} (${changes} made before)`)}
}

/** Which of them is meant, only a person can tell. */
function severalFound(documentNumbers: readonly string[]): Failure {
  return {
    class: 'permanent',
    executed: 'no',
    code: 'amend:several',
    text: cutText(`SAP has several documents with the reference: ${documentNumbers.join(', ')}`),
    stage: 'call',
  }
}

function notAmendable(obstacle: string): Failure {
  return {class: 'permanent', executed: 'no', code: 'amend:not_possible', text: cutText(obstacle), stage: 'call'}
}

/** Races lost in a row before it is left to the flow's retries. */
const mostLost = 3
