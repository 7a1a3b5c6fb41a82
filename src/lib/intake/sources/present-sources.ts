import {ago} from '#lib/output/ago.js'
import {renderTable} from '#lib/output/table.js'
import {presentProblem} from '#lib/intake/present-push.js'
import type {RefusedRow, SourceStanding} from './standing.js'

/** How sources stand, as a table. */
export function presentSources(sources: readonly SourceStanding[], now: Date): string {
  if (sources.length === 0) return 'No flow has a source.'
  return renderTable(
    ['flow', 'read up to', 'column', 'moved', 'last read', {title: 'refused', align: 'right'}],
    sources.map(({flow, watermark, seen, column, movedAt, lastReadAt, refused}) => [
      flow,
      watermark ?? (seen === null ? '–' : `(${seen})`),
      column ?? '–',
      movedAt === null ? '–' : `${ago(movedAt, now)} ago`,
      lastReadAt === null ? 'never' : `${ago(lastReadAt, now)} ago`,
      String(refused),
    ]),
  )
}

/** Rows that were refused, as a table, and how many more there are. */
export function presentRefused(rows: readonly RefusedRow[], more: number, now: Date): string {
  const table = renderTable(
    ['key', 'refused for', 'reason'],
    rows.map(({key, problems, firstAt}) => [key, ago(firstAt, now), problems.map(presentProblem).join('; ')]),
  )
  return more === 0 ? table : `${table}\nand ${more} more`
}
