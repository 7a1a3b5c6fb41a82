import type {Listed, ListOutcome, ListQuery} from '#lib/erp/connector.js'
import {queryPath, readPage} from './collection.js'
import type {Entity} from './dialect.js'
import {documentNumberOf, textLiteral, type Target} from './target.js'

/**
 * Goes through all objects that carry a reference (where messages create), or
 * through all entities by their key. Sorted by the document number, each page
 * asks for what is behind the last one of the page before: so nothing is missed
 * if documents are deleted meanwhile.
 */
export async function* listDocuments(
  target: Target,
  {prefix = '', most}: ListQuery,
  signal: AbortSignal,
): AsyncGenerator<ListOutcome> {
  const {operation} = target
  const name = operation.method === 'create' ? operation.reference : (operation.entityKey?.[0] ?? operation.reference)
  const order = operation.method === 'create' ? operation.result : name
  const pageAfter = (last: string | null): string =>
    queryPath(target, [
      filterOption(name, prefix, order, last),
      `$select=${[...new Set([name, order, operation.result])].join(',')}`,
      `$orderby=${order}`,
      `$top=${pageSize}`,
    ])

  let path = pageAfter(null)
  for (let told = 0; !signal.aborted;) {
    const page = await readPage(target, path, signal)
    if (page.kind === 'failed') return yield page
    const found = page.entities.flatMap((entity) => listed(target, entity, name))
    const last = page.entities.at(-1)?.[order]
    const isEnd = page.next === undefined && page.entities.length < pageSize
    const room = most - told
    told += found.length
    yield {kind: 'page', found: found.slice(0, room)}
    if (found.length > room || (!isEnd && told >= most)) return yield {kind: 'truncated'}
    if (isEnd) return
    if (page.next === undefined && typeof last !== 'string') return yield {kind: 'truncated'}
    path = page.next ?? pageAfter(String(last))
  }
}

function filterOption(name: string, prefix: string, order: string, last: string | null): string {
  const conditions = [
    prefix === '' ? `${name} ne ''` : `startswith(${name},${textLiteral(prefix)})`,
    ...(last === null ? [] : [`${order} gt ${textLiteral(last)}`]),
  ]
  return `$filter=${conditions.join(' and ')}`
}

function listed(target: Target, entity: Entity, name: string): readonly Listed[] {
  const reference = entity[name]
  if (typeof reference !== 'string' || reference === '') return []
  return [{reference, documentNumber: documentNumberOf(target, entity)}]
}

const pageSize = 500
