import {renderTable} from '#lib/output/table.js'
import type {FailedLetter, OutcomeShare} from './read-outcomes.js'

/** What became of the letters of an operation, by outcome and reason, and the first that died again. */
export function presentOutcomes(outcomes: readonly OutcomeShare[], failed: readonly FailedLetter[]): string {
  const table = renderTable(
    ['outcome', {title: 'letters', align: 'right'}, 'why'],
    outcomes.map(({state, letters, why}) => [state, String(letters), why ?? '']),
  )
  if (failed.length === 0) return table
  const rows = failed.slice(0, mostFailed).map(({messageId, key, why}) => [messageId, key, why])
  return [table, '', renderTable(['dead again', 'key', 'code'], rows)].join('\n')
}

const mostFailed = 10
