import {renderTable} from '#lib/output/table.js'
import type {PrunePlan} from './prune.js'
import type {PruneCounts} from './step.js'

/** What would be removed, for people. */
export function presentPrunePlan({cutoffs, counts}: PrunePlan): string {
  const history = cutoffs.history.toISOString()
  const rows = [
    ['letters that are over', history, counts.letters],
    ['attempts of messages that are over', history, counts.attempts],
    ['published copies of messages that are over', history, counts.copies],
    ['operations, resyncs, pushes and runs of jobs that are over', history, counts.operations],
    ['messages that are over', cutoffs.messages?.toISOString() ?? 'kept', counts.messages],
  ] as const
  return renderTable(
    ['to be removed', 'ended before', {title: 'rows', align: 'right'}],
    rows.map(([what, before, count]) => [what, before, String(count)]),
  )
}

/** What was removed, for people. */
export function presentPruned(
  {letters, attempts, copies, operations, messages}: PruneCounts,
  stopped: boolean,
): string {
  return [
    `Removed ${letters} letters, ${attempts} attempts, ${copies} copies, ${operations} operations, ${messages} messages.`,
    ...(stopped ? ['Stopped before all was removed; type the command again to go on.'] : []),
  ].join('\n')
}
