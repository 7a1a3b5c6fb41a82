import {cutText} from '#lib/erp/cut.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {Entity} from './dialect.js'
import {unreadable} from './judge.js'
import {findCutShort} from './nest.js'
import {readOf, type Target} from './target.js'

export type Collection =
  {readonly kind: 'read'; readonly entities: readonly Entity[]} | {readonly kind: 'failed'; readonly failure: Failure}

/** One page of a list; `next` is where it goes on, relative to the service. */
type Page =
  | {readonly kind: 'page'; readonly entities: readonly Entity[]; readonly next: string | undefined}
  | {readonly kind: 'failed'; readonly failure: Failure}

/** Reads all that a query finds, however many pages the service makes of it: what is on the second is not absent. */
export async function readCollection(target: Target, options: readonly string[], signal: AbortSignal) {
  const entities: Entity[] = []
  let path: string | undefined = queryPath(target, options)
  while (path !== undefined) {
    const page: Page = await readPage(target, path, signal)
    if (page.kind === 'failed') return page
    entities.push(...page.entities)
    path = page.next
  }
  return {kind: 'read', entities} satisfies Collection
}

/** Reads the page that stands at a path. */
export async function readPage(target: Target, path: string, signal: AbortSignal): Promise<Page> {
  const {session, dialect, service} = target
  const call = {...readOf(target, '', 'probe'), path}
  const outcome = await session.call(call, signal)
  if (outcome.kind !== 'ok') return {kind: 'failed', failure: outcome.failure}
  const entities = dialect.readCollection(outcome.answer.json)
  // What cannot be read must not count as "not found".
  if (entities === undefined) {
    const failure = unreadable(outcome.answer, 'the answer is not a list of entities', session.occasion(call, 'read'))
    return {kind: 'failed', failure}
  }
  const cut = entities.map(findCutShort).find((found) => found !== undefined)
  if (cut !== undefined) return {kind: 'failed', failure: cutShort(target, cut)}
  const next = dialect.nextPageOf(outcome.answer.json)
  return {kind: 'page', entities, next: next === undefined ? undefined : belowService(next, service)}
}

/** Compared with a part of them, the rest would seem to be missing. */
export function cutShort({operation}: Target, navigation: string): Failure {
  return {
    class: 'permanent',
    executed: 'no',
    code: 'read:in_part',
    text: cutText(`${operation.entitySet} comes with only a part of ${navigation}: the service sends it in pages.`),
    stage: 'probe',
  }
}

export function queryPath({operation}: Target, options: readonly string[]): string {
  const query = options.filter((option) => option !== '').map((option) => option.replaceAll(' ', '%20'))
  return query.length === 0 ? operation.entitySet : `${operation.entitySet}?${query.join('&')}`
}

/** A link to the next page is absolute, a path of the host or relative to the service; the host is ours in any case. */
function belowService(link: string, service: string): string {
  const at = link.indexOf(`/${service}`)
  return at === -1 ? link.replace(/^\//, '') : link.slice(at + service.length + 1)
}
