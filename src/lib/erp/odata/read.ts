import type {ErpDocument, ReadOutcome} from '#lib/erp/connector.js'
import {readCollection} from './collection.js'
import {decode} from './decode.js'
import type {Entity} from './dialect.js'
import {locate, type Located, locatingProperties} from './locate.js'
import {nestOf} from './nest.js'
import {documentNumberOf, type Target} from './target.js'

/** Reads what SAP holds of the document's object. */
export async function readDocument(target: Target, document: ErpDocument, signal: AbortSignal): Promise<ReadOutcome> {
  const [outcome] = await readDocuments(target, [document], signal)
  return outcome ?? {kind: 'absent'}
}

/** Reads many objects, a score of them by one call and a few calls at once. */
export async function readDocuments(
  target: Target,
  documents: readonly ErpDocument[],
  signal: AbortSignal,
): Promise<readonly ReadOutcome[]> {
  const decimals = await target.decimals(signal)
  if (decimals.kind === 'failed') return documents.map(() => decimals)
  const locations = documents.map((document) => locate(target, document))
  const byName = new Map<string, Wanted>()
  for (const [index, location] of locations.entries()) {
    const document = documents[index]
    if (location.kind === 'located' && document) byName.set(location.name, {location, document})
  }
  const found = new Map<string, ReadOutcome>()
  const chunks = chunksOf([...byName.values()])
  const work = async (): Promise<void> => {
    for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift())
      for (const [name, outcome] of await readChunk(target, chunk, decimals.names, signal)) found.set(name, outcome)
  }
  await Promise.all(Array.from({length: atOnce}, work))
  return locations.map((location) =>
    location.kind === 'failed' ? location : (found.get(location.name) ?? {kind: 'absent'}),
  )
}

interface Wanted {
  readonly location: Located
  readonly document: ErpDocument
}

type Found = readonly (readonly [name: string, outcome: ReadOutcome])[]

/** As many as an address may be long, and SAP's parser of filters likes. */
function chunksOf(wanted: readonly Wanted[]): Wanted[][] {
  const chunks: Wanted[][] = []
  let length = 0
  for (const one of wanted) {
    const last = chunks.at(-1)
    const more = one.location.filter.length + ' or '.length * 3
    length += more
    if (last !== undefined && last.length < mostInFilter && length <= longestFilter) last.push(one)
    else {
      chunks.push([one])
      length = more
    }
  }
  return chunks
}

async function readChunk(
  target: Target,
  chunk: readonly Wanted[],
  decimals: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Found> {
  const nest = nestOf(chunk.map(({document}) => document.body))
  const properties = new Set([...nest.properties, ...locatingProperties(target)])
  // Without a document nothing says what is wanted: all of it.
  const projection = target.dialect.project(nest.properties.size === 0 ? nest : {...nest, properties})
  const filter = chunk.map(({location}) => location.filter).join(' or ')
  const read = await readCollection(target, [`$filter=${filter}`, ...projection], signal)
  const alone = async (): Promise<Found> => {
    const outcomes = await Promise.all(chunk.map(async (one) => readChunk(target, [one], decimals, signal)))
    return outcomes.flat()
  }
  if (read.kind === 'failed') {
    // A service may refuse what others take: an `or`, or one document's strange reference.
    if (chunk.length > 1 && read.failure.class === 'permanent') return alone()
    return chunk.map(({location}) => [location.name, read])
  }
  const [only, ...others] = chunk
  if (only && others.length === 0) return [[only.location.name, toOutcome(target, read.entities, decimals)]]
  // SAP finds what it takes for equal, capitals or blanks aside: whose that is only a question for one of them tells.
  const isEachKnown = read.entities.every((entity) => chunk.some(({location}) => location.isIt(entity)))
  if (!isEachKnown) return alone()
  return chunk.map(({location}) => [location.name, toOutcome(target, read.entities.filter(location.isIt), decimals)])
}

function toOutcome(target: Target, entities: readonly Entity[], decimals: ReadonlySet<string>): ReadOutcome {
  const [first, second] = entities
  if (first === undefined) return {kind: 'absent'}
  const documentNumber = documentNumberOf(target, first)
  if (second === undefined) return {kind: 'found', documentNumber, body: decode(first, decimals)}
  return {kind: 'several', documentNumbers: entities.map((entity) => documentNumberOf(target, entity) ?? '(none)')}
}

const mostInFilter = 20
const longestFilter = 2000
/** SAP is not to be flooded by a comparison. */
const atOnce = 4
