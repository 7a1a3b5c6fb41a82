import type {KeyType, Source} from './source.js'

/** Which rows of a source are read. */
export type RowSelection =
  | {readonly kind: 'all'}
  /** Those whose watermark is not before a time or a number. */
  | {readonly kind: 'from'; readonly mark: string}
  /** Those of these business keys, and no others. */
  | {readonly kind: 'keys'; readonly keys: readonly string[]}

export interface SourceRow {
  readonly key: string | null
  /** As a mark is written; null where the row has none. */
  readonly mark: string | null
  /** The document, as JSON; null where there is none. */
  readonly text: string | null
}

/** Reads rows in the order of their watermarks, so many at a time, as one moment saw them. */
export async function* readSource(
  source: Pick<Source, 'query' | 'settings' | 'columns' | 'database'>,
  selection: RowSelection,
  size: number,
): AsyncGenerator<readonly SourceRow[]> {
  const {key, watermark} = source.settings
  const {where, values} = condition(source, selection)
  const mark = `s.${quoted(watermark)}`
  yield* source.database.read<SourceRow & Record<string, unknown>>(
    `select s.${quoted(key)}::text as key,
            ${source.columns.markKind === 'time' ? timeText(mark) : `${mark}::text`} as mark,
            ${source.columns.hasDocument ? 's.document::text' : 'to_jsonb(s)::text'} as text
       from (\n${source.query}\n) s
      where ${where}
      order by ${mark}, s.${quoted(key)}`,
    values,
    size,
  )
}

/** A time as a mark is written. */
export function timeText(expression: string): string {
  const at = `(${expression})::timestamptz`
  return `case when isfinite(${at}) then to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end`
}

function condition(
  {settings, columns}: Pick<Source, 'settings' | 'columns'>,
  selection: RowSelection,
): {readonly where: string; readonly values: readonly unknown[]} {
  const {keyType, markKind, markType} = columns
  switch (selection.kind) {
    case 'all':
      return {where: '$1::boolean', values: [true]}
    case 'from': {
      const type = markKind === 'time' ? 'timestamptz' : 'bigint'
      return {where: `s.${quoted(settings.watermark)} >= $1::${type}::${markType}`, values: [selection.mark]}
    }
    case 'keys':
      return {
        where:
          keyType === null
            ? `s.${quoted(settings.key)}::text = any ($1::text[])`
            : `s.${quoted(settings.key)} = any ($1::text[]::${keyType}[])`,
        // What cannot be one of that type is nobody's key.
        values: [selection.keys.filter((key) => couldBe(keyType, key))],
      }
  }
}

function couldBe(type: KeyType | null, key: string): boolean {
  switch (type) {
    case 'bigint':
      return /^-?\d{1,18}$/.test(key)
    case 'uuid':
      return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(key)
    case 'text':
    case null:
      return true
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
