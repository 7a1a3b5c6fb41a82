import {errorCode} from '#lib/kernel/errors.js'
import type {KeyType, Source} from './source.js'
import {queryFailure} from './source-errors.js'

/** Which rows of a source are read. */
export type RowSelection =
  | {readonly kind: 'all'}
  /** Those whose watermark is not before a time or a number. */
  | {readonly kind: 'from'; readonly mark: string}
  /** A part of those whose watermark is not before that, if any; the same part for the same seed. */
  | {readonly kind: 'part'; readonly mark: string | null; readonly share: number; readonly seed: number}
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
  source: Source,
  selection: RowSelection,
  size: number,
): AsyncGenerator<readonly SourceRow[]> {
  if (source.signal.aborted) return
  try {
    yield* readRows(source, selection, size)
  } catch (error) {
    if (!source.signal.aborted || errorCode(error) !== queryCancelled) throw queryFailure(source, error)
  }
}

async function* readRows(source: Source, selection: RowSelection, size: number): AsyncGenerator<readonly SourceRow[]> {
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
  const markParameter = `$1::${markKind === 'time' ? 'timestamptz' : 'bigint'}::${markType}`
  switch (selection.kind) {
    case 'all':
      return {where: '$1::boolean', values: [true]}
    case 'from':
      return {where: `s.${quoted(settings.watermark)} >= ${markParameter}`, values: [selection.mark]}
    case 'part':
      return {
        where: `($1::text is null or s.${quoted(settings.watermark)} >= ${markParameter})
        and (hashtextextended(s.${quoted(settings.key)}::text, $2) & ${hashRange - 1}) < $3`,
        values: [selection.mark, selection.seed, Math.round(selection.share * hashRange)],
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
      return /^-?\d{1,19}$/.test(key) && BigInt.asIntN(64, BigInt(key)) === BigInt(key)
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

const queryCancelled = '57014'
const hashRange = 1_048_576
