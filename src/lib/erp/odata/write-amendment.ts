import type {SubmitOutcome} from '#lib/erp/connector.js'
import type {Amendment, ChildrenAmendment} from './amendment.js'
import type {Entity} from './dialect.js'
import {keySuffix} from './key.js'
import {childrenOf} from './nest.js'
import {childKeyOf, ownKeyOf} from './nested-sets.js'
import type {SapMessage} from './sap-error.js'
import type {ODataCall} from './session.js'
import {documentNumberOf, remarks, type Target} from './target.js'

interface Present {
  readonly entity: Entity
  readonly etag: string | undefined
  readonly amendment: Amendment
}

type Write = Pick<ODataCall, 'method' | 'path' | 'body' | 'etag'>

/**
 * Writes what differs, one call after the other, and stops at the first that
 * fails. Removals come last: a document is not left without entities on the way.
 */
export async function writeAmendment(
  target: Target,
  present: Present,
  signal: AbortSignal,
): Promise<{readonly outcome: SubmitOutcome; readonly writes: number}> {
  const {session, service, findMessage} = target
  const messages: SapMessage[] = []
  let writes = 0
  for (const write of writesOf(target, present)) {
    const outcome = await session.call({...write, service, stage: 'call', findMessage}, signal)
    const isGone = write.method === 'DELETE' && outcome.kind === 'missing'
    if (outcome.kind !== 'ok' && !isGone) return {outcome: {kind: 'failed', failure: outcome.failure}, writes}
    if (outcome.kind === 'ok') messages.push(...outcome.messages)
    writes += 1
  }
  return {
    outcome: {kind: 'done', documentNumber: documentNumberOf(target, present.entity), ...remarks(messages)},
    writes,
  }
}

/** The calls that make up an amendment, in their order. */
export function writesOf(target: Target, {entity, etag, amendment}: Present): readonly Write[] {
  const {operation, dialect} = target
  const entityKey = ownKeyOf(operation)
  const path = `${operation.entitySet}${keySuffix({entityKey: [...entityKey]}, entity) ?? ''}`
  const own: Write[] =
    Object.keys(amendment.changed).length === 0
      ? []
      : [{method: 'PATCH', path, body: dialect.encode(amendment.changed), ...precondition(etag)}]
  const parts = amendment.children.map((children) => writesOfChildren(target, {entity, path}, children))
  return [...own, ...parts.flatMap(({kept}) => kept), ...parts.flatMap(({removed}) => removed)]
}

function writesOfChildren(
  {operation, dialect}: Target,
  parent: {readonly entity: Entity; readonly path: string},
  {navigation, changed, added, removed}: ChildrenAmendment,
): {readonly kept: readonly Write[]; readonly removed: readonly Write[]} {
  const {key, entitySet} = childKeyOf(operation, navigation)
  const entityKey = [...ownKeyOf(operation), key]
  const held = childrenOf(parent.entity[navigation]) ?? []
  const childAt = (at: number) => {
    const child = held[at] ?? {}
    // A child without the names of its parent has them all the same.
    const path = `${entitySet}${keySuffix({entityKey}, {...parent.entity, ...child}) ?? ''}`
    return {path, ...precondition(dialect.etagOf(child))}
  }
  return {
    kept: [
      ...changed.map(({at, properties}) => ({
        method: 'PATCH' as const,
        ...childAt(at),
        body: dialect.encode(properties),
      })),
      ...added.map((child) => ({
        method: 'POST' as const,
        path: `${parent.path}/${navigation}`,
        body: dialect.encode(child),
      })),
    ],
    removed: removed.map((at) => ({method: 'DELETE' as const, ...childAt(at)})),
  }
}

function precondition(etag: string | undefined): {readonly etag?: string} {
  return etag === undefined ? {} : {etag}
}
