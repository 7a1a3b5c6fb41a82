import {ago} from '#lib/output/ago.js'
import {type Column, renderTable} from '#lib/output/table.js'
import type {DestinationList, DestinationRow} from './destinations.js'

/** Destinations, the shares of their workers, and paused flows, as tables. */
export function presentDestinations({destinations, pausedFlows}: DestinationList, now: Date): string {
  const shares = destinations.flatMap(({destination, workers}) => workers.map((share) => ({destination, ...share})))
  return [
    renderTable(
      ['destination', 'state', number('calls'), number('limit'), number('per second'), 'window', 'why'],
      destinations.map((row) => destinationCells(row, now)),
    ),
    ...section(
      ['destination', 'worker', number('slots'), number('in use'), number('waiting')],
      shares.map(({destination, worker, granted, inUse, demand}) => [
        destination,
        worker,
        String(granted),
        String(inUse),
        String(demand - inUse),
      ]),
    ),
    ...section(
      ['paused flow', 'until', 'by', 'why'],
      pausedFlows.map(({name, until, by, reason}) => [name, until?.toISOString() ?? 'resumed', by, reason]),
    ),
  ].join('\n')
}

function destinationCells(row: DestinationRow, now: Date): readonly string[] {
  const {destination, standing, limit, adaptive, perSecond, workers} = row
  const calls = workers.reduce((sum, {inUse}) => sum + inUse, 0)
  return [
    destination,
    standing.replace('_', ' '),
    String(calls),
    adaptive === null ? String(limit) : `${limit} (${adaptive.floor} to ${adaptive.ceiling})`,
    perSecond === null ? '–' : String(perSecond),
    windowCell(row),
    reasonCell(row, now),
  ]
}

function windowCell({closedWindow, windowChangesAt}: DestinationRow): string {
  if (windowChangesAt === null) return closedWindow === null ? '–' : 'always closed'
  return `${closedWindow === null ? 'closes' : 'opens'} ${windowChangesAt.toISOString().slice(0, 16)}Z`
}

function reasonCell({standing, pause, closedWindow, breaker}: DestinationRow, now: Date): string {
  switch (standing) {
    case 'ready':
      return ''
    case 'paused': {
      const until = pause?.until === null ? '' : ` until ${pause?.until.toISOString()}`
      return `${pause?.by}${until}: ${pause?.reason}`
    }
    case 'closed_window':
      return closedWindow ?? ''
    case 'away':
    case 'probing':
      return breaker.kind === 'closed' ? '' : `${breaker.failures.lastCode}, for ${ago(breaker.openedAt, now)}`
  }
}

function section(columns: Parameters<typeof renderTable>[0], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : ['', renderTable(columns, rows)]
}

function number(title: string): Column {
  return {title, align: 'right'}
}
