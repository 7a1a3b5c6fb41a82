import type {Row, TableDefinition, Value} from './dictionary.js'

/** The rows of one table by key, with an index for each field they are looked up by. */
export class Table {
  readonly #definition: TableDefinition
  readonly #rows = new Map<string, Row>()
  readonly #indexes: ReadonlyMap<string, Map<Value, Set<string>>>

  constructor(definition: TableDefinition) {
    this.#definition = definition
    this.#indexes = new Map(definition.indexes.map((field) => [field, new Map()]))
  }

  find(key: readonly Value[]): Row | undefined {
    return this.#rows.get(joinKey(key))
  }

  /** All rows whose field has the value, in the order they were put. */
  where(field: string, value: Value): readonly Row[] {
    const index = this.#indexes.get(field)
    if (!index) return [...this.#rows.values()].filter((row) => row[field] === value)
    return [...(index.get(value) ?? [])].map((key) => this.#rows.get(key)).filter((row) => row !== undefined)
  }

  all(): readonly Row[] {
    return [...this.#rows.values()]
  }

  /** Writes the row under its key and gives the one that was there. */
  put(row: Row): Row | undefined {
    const key = this.#keyOf(row)
    const former = this.#rows.get(key)
    this.#rows.set(key, row)
    this.#reindex(key, former, row)
    return former
  }

  remove(row: Row): void {
    const key = this.#keyOf(row)
    const former = this.#rows.get(key)
    this.#rows.delete(key)
    this.#reindex(key, former, undefined)
  }

  /** Touches an index only where the value is another, so that rows keep their places in it. */
  #reindex(key: string, former: Row | undefined, row: Row | undefined): void {
    for (const [field, index] of this.#indexes) {
      const [before, after] = [former?.[field], row?.[field]]
      if (before === after) continue
      if (before !== undefined) removeFrom(index, before, key)
      if (after !== undefined) addTo(index, after, key)
    }
  }

  #keyOf(row: Row): string {
    return joinKey(this.#definition.key.map((field) => row[field] ?? null))
  }
}

function joinKey(values: readonly Value[]): string {
  return values.join('\u0000')
}

function addTo(index: Map<Value, Set<string>>, value: Value, key: string): void {
  const keys = index.get(value)
  if (keys) keys.add(key)
  else index.set(value, new Set([key]))
}

function removeFrom(index: Map<Value, Set<string>>, value: Value, key: string): void {
  const keys = index.get(value)
  keys?.delete(key)
  if (keys?.size === 0) index.delete(value)
}
