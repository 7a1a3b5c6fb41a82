import type {Database, Queryable, Transaction} from '#lib/db/database.js'
import {mostIdentityLength} from '#lib/intake/door.js'
import type {Line} from '#lib/intake/readers/line.js'
import type {BatchResult} from '#lib/intake/runs/batch-result.js'
import type {CheckedLine} from '#lib/intake/runs/check-lines.js'
import {readHorizon, readSourceTime} from './horizon.js'
import {
  earlier,
  type Horizon,
  isAfter,
  startOfReading,
  type Watermark,
  watermarkAtEnd,
  watermarkBehind,
  watermarkToReadFrom,
} from './mark.js'
import {noticesOf} from './notices.js'
import type {RowSelection, SourceRow} from './read-source.js'
import {forgetRefusals, noteRefusals, refusedKeys} from './refusals.js'
import type {Source} from './source.js'
import {openSourceLines} from './source-lines.js'
import {findWatermark, moveWatermark} from './watermark.js'

/** How much of a source is read: what is new, what changed since then, or all of it. */
export type Reach = {readonly kind: 'news'} | {readonly kind: 'since'; readonly mark: string} | {readonly kind: 'all'}

/** One reading of a source: first the keys that were refused before, then what the reach says. */
export interface Reading {
  readonly refused: () => AsyncGenerator<Line>
  readonly rows: () => AsyncGenerator<Line>
  readonly rowOf: (line: Line) => SourceRow | undefined
  /** Notes what a batch has brought, in the transaction that accepts it. */
  readonly note: (tx: Transaction, lines: readonly CheckedLine[], result: BatchResult) => Promise<void>
  /** Once the refused keys are read: those that the source has no more are forgotten. */
  readonly forgetGone: () => Promise<void>
  /** Once all is read. */
  readonly close: () => Promise<void>
}

export async function openReading(
  ledger: Database,
  {
    source,
    reach,
    onNotice,
  }: {readonly source: Source; readonly reach: Reach; readonly onNotice: (text: string) => void},
  size: number,
): Promise<Reading> {
  const {flow, columns, settings} = source
  const kept = await findWatermark(ledger, flow)
  const before = watermarkToReadFrom(kept, {column: settings.watermark, kind: columns.markKind})
  // Before any snapshot is taken: who begins after this writes later times.
  const horizon = await readHorizon(source.database)
  const moves = movesWatermark(reach, before, settings.overlap)
  for (const text of noticesOf(source, {horizon, kept, moves})) onNotice(text)

  const wanted = await refusedKeys(ledger, flow)
  const lines = openSourceLines(source, size, ledger)
  const found = new Set<string>()
  let committed: Standing = {written: kept, watermark: before, last: null}
  let underWay: {readonly batch: readonly CheckedLine[]; readonly after: Standing} | undefined
  let isAtRows = false
  // The mark of the first row that cannot be found again by its key: the watermark must not pass it.
  let barrier: string | null = null

  /** How the reading stood before a batch, which comes again if its transaction was broken off. */
  const standingBefore = (batch?: readonly CheckedLine[]): Standing => {
    if (underWay !== undefined && underWay.batch !== batch) committed = underWay.after
    underWay = undefined
    return committed
  }
  const note = async (tx: Transaction, batch: readonly CheckedLine[], {rejects}: BatchResult): Promise<void> => {
    const standing = standingBefore(batch)
    const problems = new Map(rejects.map((reject) => [reject.line, reject.problems]))
    const keyed = batch.flatMap(({line}) => {
      const key = lines.rowOf(line)?.key
      return isKeepable(key) ? [{key, problems: problems.get(line.number)}] : []
    })
    for (const {line} of batch) {
      const row = lines.rowOf(line)
      if (row !== undefined && row.mark !== null && !isKeepable(row.key))
        barrier = earlier(columns.markKind, barrier, row.mark)
    }
    await noteRefusals(tx, flow, {
      refused: keyed.flatMap(({key, problems: why}) => (why === undefined ? [] : [{key, problems: why}])),
      settled: keyed.flatMap(({key, problems: why}) => (why === undefined ? [key] : [])),
    })
    if (!isAtRows || !moves) return
    const marks = batch.flatMap(({line}) => lines.rowOf(line)?.mark ?? [])
    const last = marks.at(-1) ?? standing.last
    const watermark = watermarkBehind(standing.watermark, last, heldAt(horizon, barrier))
    await write(tx, standing.written, watermark)
    underWay = {batch, after: {written: watermark, watermark, last}}
  }
  const write = async (queryable: Queryable, from: Watermark | undefined, to: Watermark): Promise<void> => {
    if (!isSame(from, to)) await moveWatermark(queryable, flow, {from, to})
  }
  return {
    refused: async function* () {
      for (let at = 0; at < wanted.length; at += keysAtOnce) {
        for await (const line of lines.read({kind: 'keys', keys: wanted.slice(at, at + keysAtOnce)})) {
          const key = lines.rowOf(line)?.key
          if (isKeepable(key)) found.add(key)
          yield line
        }
      }
    },
    rows: async function* () {
      isAtRows = true
      // They were read a moment ago, and are read again by the next run.
      const skip = new Set(await refusedKeys(ledger, flow))
      yield* lines.read(selectionOf(reach, before, settings.overlap), skip)
    },
    rowOf: lines.rowOf,
    note,
    forgetGone: async () =>
      forgetRefusals(
        ledger,
        flow,
        wanted.filter((key) => !found.has(key)),
      ),
    close: async () => {
      const {written, watermark, last} = standingBefore()
      if (!moves || barrier !== null) return
      const when = await readSourceTime(source.database)
      await write(ledger, written, watermarkAtEnd(watermark, {last, when}, horizon))
    },
  }
}

/** What a reading goes by from batch to batch. */
interface Standing {
  /** What the ledger holds. */
  readonly written: Watermark | undefined
  readonly watermark: Watermark
  /** The greatest mark read. */
  readonly last: string | null
}

/** A reading that begins later than another one would leaves the watermark: what lies between was not read. */
function movesWatermark(reach: Reach, watermark: Watermark, overlap: Source['settings']['overlap']): boolean {
  const begins = startOfReading(watermark, overlap)
  return reach.kind !== 'since' || begins === null || !isAfter(watermark.kind, reach.mark, begins)
}

/** No longer key gets through the door, nor into an index. */
function isKeepable(key: string | null | undefined): key is string {
  return key !== undefined && key !== null && key.length <= mostIdentityLength
}

/** A time that is held up by a row as by a transaction. */
function heldAt({at}: Horizon, barrier: string | null): Horizon {
  return {at: barrier !== null && barrier < at ? barrier : at}
}

function selectionOf(reach: Reach, watermark: Watermark, overlap: Source['settings']['overlap']): RowSelection {
  switch (reach.kind) {
    case 'all':
      return {kind: 'all'}
    case 'since':
      return {kind: 'from', mark: reach.mark}
    case 'news': {
      const mark = startOfReading(watermark, overlap)
      return mark === null ? {kind: 'all'} : {kind: 'from', mark}
    }
  }
}

function isSame(a: Watermark | undefined, b: Watermark): boolean {
  return a?.column === b.column && a.kind === b.kind && a.at === b.at && a.seen?.at === b.seen?.at
}

const keysAtOnce = 500
