import type {Row} from '#lib/sandbox/erp/world/dictionary.js'
import type {WorldView} from '#lib/sandbox/erp/world/world.js'
import {compareValues, type Filter, passes, requiredEquality} from './filter.js'
import {badRequest, unknownProperty} from './gateway-error.js'
import {type EntitySet, findProperty, type Property, type Service} from './model.js'
import {parseFilter} from './parse-filter.js'
import {parseShape, type Shape} from './shape.js'

/** The system query options of one request. */
export interface Query {
  readonly filter: Filter | undefined
  readonly orderBy: readonly {readonly property: Property; readonly isDescending: boolean}[]
  readonly skip: number
  readonly top: number | undefined
  readonly withCount: boolean
  readonly shape: Shape
}

/**
 * Reads the query options; custom ones such as `sap-client` are let through.
 *
 * @throws GatewayError 400 for an unknown option, property or a value that makes no sense.
 */
export function parseQuery(service: Service, set: EntitySet, queryString: string): Query {
  const options = new URLSearchParams(queryString)
  const known = knownOptions[service.version]
  for (const name of options.keys()) {
    if (name.startsWith('$') && !known.includes(name)) throw badRequest(`Invalid system query option ${name}.`)
  }
  const format = options.get('$format')
  if (format !== null && !format.endsWith('json'))
    throw badRequest(`Invalid $format: ${format}. Only json is spoken here.`)
  const filter = options.get('$filter')
  return {
    filter: filter === null ? undefined : parseFilter(filter, set, service.version),
    orderBy: parseOrderBy(options.get('$orderby'), set),
    skip: parseNumber(options, '$skip') ?? 0,
    top: parseNumber(options, '$top'),
    withCount: parseWithCount(options),
    shape: parseShape(service, set, options.get('$select'), options.get('$expand')),
  }
}

/** The rows a query asks for, and how many there would be without paging. */
export function runQuery(query: Query, rows: readonly Row[]): {readonly rows: readonly Row[]; readonly count: number} {
  const {filter, skip, top} = query
  const found = filter ? rows.filter((row) => passes(filter, row)) : rows
  const end = top === undefined ? undefined : skip + top
  return {rows: sorted(query, found).slice(skip, end), count: found.length}
}

/** The rows of a set that a filter can be about: by index where it names a value, else all. */
export function candidateRows(view: WorldView, set: EntitySet, filter: Filter | undefined): readonly Row[] {
  const equality = filter && requiredEquality(filter)
  if (!equality) return view.all(set.table)
  return [...equality.values].flatMap((value) => view.where(set.table, equality.field, value))
}

function sorted({orderBy}: Query, rows: readonly Row[]): readonly Row[] {
  if (orderBy.length === 0) return rows
  return rows.toSorted((a, b) => {
    for (const {property, isDescending} of orderBy) {
      const order = compareValues(property.type, a[property.field] ?? null, b[property.field] ?? null)
      if (order !== 0) return isDescending ? -order : order
    }
    return 0
  })
}

function parseOrderBy(text: string | null, set: EntitySet): Query['orderBy'] {
  if (text === null) return []
  return text.split(',').map((entry) => {
    const [, name, direction] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/.exec(entry) ?? []
    if (name === undefined) throw badRequest(`Invalid $orderby: ${entry}`)
    const property = findProperty(set, name)
    if (!property) throw unknownProperty(name, set.typeName)
    return {property, isDescending: direction === 'desc'}
  })
}

function parseNumber(options: URLSearchParams, name: string): number | undefined {
  const text = options.get(name)
  if (text === null) return undefined
  if (!/^\d{1,9}$/.test(text)) throw badRequest(`Invalid ${name}: ${text} is not a number of entities.`)
  return Number(text)
}

function parseWithCount(options: URLSearchParams): boolean {
  const inlineCount = options.get('$inlinecount') ?? 'none'
  if (!['none', 'allpages'].includes(inlineCount)) throw badRequest(`Invalid $inlinecount: ${inlineCount}.`)
  const count = options.get('$count') ?? 'false'
  if (!['true', 'false'].includes(count)) throw badRequest(`Invalid $count: ${count}.`)
  return inlineCount === 'allpages' || count === 'true'
}

const knownOptions = {
  v2: ['$filter', '$select', '$expand', '$orderby', '$top', '$skip', '$inlinecount', '$format'],
  v4: ['$filter', '$select', '$expand', '$orderby', '$top', '$skip', '$count', '$format'],
}
