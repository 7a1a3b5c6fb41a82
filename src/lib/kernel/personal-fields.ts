import {readSchemaPlaces, saidOfItem, saidOfProperty, type SchemaObject, type SchemaPlaces} from './schema-places.js'

/**
 * Which fields of a flow's documents hold personal data:
 *
 * - `none`: none is marked
 * - `marked`: those that the schema marks with `"x-personal": true`
 * - `unknown`: nobody can tell, so everything counts as such
 */
export type PersonalFields =
  | {readonly kind: 'none'}
  | {
      readonly kind: 'marked'
      readonly schema: unknown
      readonly places: SchemaPlaces
      /** Names of marked properties: they count where the schema says nothing, for a wrong document has them in wrong places. */
      readonly names: ReadonlySet<string>
    }
  | {readonly kind: 'unknown'}

/** A document for everybody's eyes. */
export interface MaskedDocument {
  /** With `***` in place of what is personal. */
  readonly document: unknown
  /** What was there, as texts: to be masked wherever else they occur. */
  readonly values: readonly string[]
}

/** Finds out what a JSON Schema marks. */
export function readPersonalFields(schema: unknown): PersonalFields {
  if (!JSON.stringify(schema).includes(`"${mark}":true`)) return {kind: 'none'}
  // What a reference leads to that cannot be followed, may be marked.
  const places = readSchemaPlaces(schema, {[mark]: true})
  const names = places.properties.flatMap(([name, said]) => (places.expand([said]).some(isMarked) ? [name] : []))
  return {kind: 'marked', schema, places, names: new Set(names)}
}

/** Masks a document. What is null stays null: that nothing is known of a person tells nothing. */
export function maskPersonal(document: unknown, fields: PersonalFields): MaskedDocument {
  switch (fields.kind) {
    case 'none':
      return {document, values: []}
    case 'unknown':
      return hide(document)
    case 'marked': {
      const values = new Set<string>()
      const cover = (value: unknown): unknown => {
        const hidden = hide(value)
        for (const found of hidden.values) values.add(found)
        return hidden.document
      }
      return {document: maskPlace(document, [fields.schema], {...fields, cover}), values: [...values]}
    }
  }
}

interface Masking {
  readonly places: SchemaPlaces
  readonly names: ReadonlySet<string>
  /** Takes note of what is personal, and gives what is shown instead. */
  readonly cover: (value: unknown) => unknown
}

function maskPlace(value: unknown, said: readonly unknown[], masking: Masking): unknown {
  const {places, names, cover} = masking
  const holding = places.expand(said)
  if (holding.some(isMarked)) return cover(value)
  if (Array.isArray(value)) return value.map((item, index) => maskPlace(item, saidOfItem(holding, index), masking))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const saidOfPart = saidOfProperty(holding, name)
      const isOutOfPlace = saidOfPart.length === 0 && names.has(name)
      return [name, isOutOfPlace ? cover(part) : maskPlace(part, saidOfPart, masking)]
    }),
  )
}

function hide(value: unknown): MaskedDocument {
  return {document: value === null || value === undefined ? value : '***', values: [...new Set(textsIn(value))]}
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function isMarked(schema: SchemaObject): boolean {
  return schema[mark] === true
}

const mark = 'x-personal'
