import type {Queryable} from '#lib/db/database.js'
import type {Problem} from '#lib/intake/door.js'
import type {MarkKind} from './mark.js'

/** How far the source of a flow is read, and what of it did not go in. */
export interface SourceStanding {
  readonly flow: string
  /** Everything before it is accepted or among the refused; null before the first run. */
  readonly watermark: string | null
  /** Of numbers, the greatest one that was read and may still be passed by a lower one. */
  readonly seen: string | null
  /** The column it is a value of; null before the first run. */
  readonly column: string | null
  readonly kind: MarkKind | null
  /** When the watermark last moved. */
  readonly movedAt: Date | null
  /** When a run last read to the end. */
  readonly lastReadAt: Date | null
  /** Rows that every run reads again. */
  readonly refused: number
}

/** A row that was refused. */
export interface RefusedRow {
  readonly key: string
  readonly problems: readonly Problem[]
  readonly firstAt: Date
  readonly lastAt: Date
}

/** How the sources of these flows stand, in their order. */
export async function sourceStandings(
  database: Queryable,
  flows: readonly string[],
): Promise<readonly SourceStanding[]> {
  const {rows} = await database.query<StandingRow>(
    `select f.flow, w.watermark, w.seen, w.column_name, w.kind, w.moved_at,
            (select max(r.finished_at)
               from erpsync.push_run r
              where r.flow = f.flow and r.inputs = 'source' and r.state = 'finished') as last_read_at,
            (select count(*)::integer from erpsync.source_refusal s where s.flow = f.flow) as refused
       from unnest($1::text[]) with ordinality as f (flow, number)
       left join erpsync.source_watermark w on w.flow = f.flow
      order by f.number`,
    [flows],
  )
  return rows.map(toStanding)
}

/** Rows of a source that were refused, those of longest standing first. */
export async function refusedRows(database: Queryable, flow: string, limit: number): Promise<readonly RefusedRow[]> {
  const {rows} = await database.query<RefusedRowRow>(
    `select business_key, problems, first_at, last_at
       from erpsync.source_refusal
      where flow = $1
      order by first_at, business_key
      limit $2`,
    [flow, limit],
  )
  return rows.map(({business_key, problems, first_at, last_at}) => ({
    key: business_key,
    problems,
    firstAt: first_at,
    lastAt: last_at,
  }))
}

interface StandingRow {
  readonly flow: string
  readonly watermark: string | null
  readonly seen: string | null
  readonly column_name: string | null
  readonly kind: MarkKind | null
  readonly moved_at: Date | null
  readonly last_read_at: Date | null
  readonly refused: number
}

interface RefusedRowRow {
  readonly business_key: string
  readonly problems: readonly Problem[]
  readonly first_at: Date
  readonly last_at: Date
}

function toStanding(row: StandingRow): SourceStanding {
  return {
    flow: row.flow,
    watermark: row.watermark,
    seen: row.seen,
    column: row.column_name,
    kind: row.kind,
    movedAt: row.moved_at,
    lastReadAt: row.last_read_at,
    refused: row.refused,
  }
}
