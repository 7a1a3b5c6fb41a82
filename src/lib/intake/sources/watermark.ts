import type {Queryable} from '#lib/db/database.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {MarkKind, Watermark} from './mark.js'
import {timeText} from './read-source.js'

/** How far the source of a flow is read. */
export async function findWatermark(database: Queryable, flow: string): Promise<Watermark | undefined> {
  const {rows} = await database.query<WatermarkRow>(
    `select column_name, kind, watermark, seen, ${timeText('seen_at')} as seen_at
       from erpsync.source_watermark
      where flow = $1`,
    [flow],
  )
  return rows[0] && toWatermark(rows[0])
}

/**
 * Moves the watermark of a flow from where it was.
 *
 * @throws ErpSyncError 7 if another process has moved it.
 */
export async function moveWatermark(
  database: Queryable,
  flow: string,
  {from, to}: {readonly from: Watermark | undefined; readonly to: Watermark},
): Promise<void> {
  const {rowCount} = await database.query(
    `insert into erpsync.source_watermark (flow, column_name, kind, watermark, seen, seen_at)
     values ($1, $2, $3, $4, $5, $6::timestamptz)
         on conflict (flow) do update
        set column_name = $2, kind = $3, watermark = $4, seen = $5, seen_at = $6::timestamptz, moved_at = now()
      where (source_watermark.column_name, source_watermark.watermark, source_watermark.seen)
            is not distinct from ($7::text, $8::text, $9::text)`,
    [
      flow,
      to.column,
      to.kind,
      to.at,
      to.seen?.at ?? null,
      to.seen?.when ?? null,
      from?.column ?? null,
      from?.at ?? null,
      from?.seen?.at ?? null,
    ],
  )
  if (rowCount === 1) return
  throw new ErpSyncError(`Another process reads the source of ${flow}.`, {
    code: 'source_overtaken',
    exitCode: exitCodes.conflict,
    hint: 'Look which: erpsync push list',
  })
}

interface WatermarkRow {
  readonly column_name: string
  readonly kind: MarkKind
  readonly watermark: string | null
  readonly seen: string | null
  readonly seen_at: string | null
}

function toWatermark({column_name, kind, watermark, seen, seen_at}: WatermarkRow): Watermark {
  return {
    column: column_name,
    kind,
    at: watermark,
    seen: seen === null || seen_at === null ? null : {at: seen, when: seen_at},
  }
}
