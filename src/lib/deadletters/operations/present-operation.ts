import {styleText} from 'node:util'
import {ago} from '#lib/output/ago.js'
import {renderTable} from '#lib/output/table.js'
import {guardsText} from '#lib/metering/guards-text.js'
import type {Operation, OperationCounts} from './operation.js'

/** Operations as a table, newest first. */
export function presentOperations(operations: readonly Operation[], now: Date): string {
  if (operations.length === 0) return 'No operations.'
  const right = (title: string) => ({title, align: 'right'}) as const
  return renderTable(
    [
      'operation',
      'kind',
      'state',
      'begun',
      'by',
      right('letters'),
      right('done'),
      right('failed'),
      right('left'),
      'why',
    ],
    operations.map(({id, kind, state, createdAt, createdBy, counts, why, reason}) => [
      id,
      kind,
      state,
      ago(createdAt, now),
      createdBy,
      String(counts.letters),
      String(doneOf(counts)),
      String(failedOf(counts)),
      String(counts.pending + counts.sent),
      why ?? reason,
    ]),
  )
}

/** One operation, and what to type next. */
export function presentOperation(operation: Operation): string {
  const {id, kind, state, query, reason, ticket, createdBy, host, createdAt, owner, why, changedBy} = operation
  const facts = [
    [
      'operation',
      `${styleText('bold', id, {stream: process.stdout})} ${kind}, ${state}${why === null ? '' : `: ${why}`}`,
    ],
    ['letters', query],
    ['begun', `${createdAt.toISOString()} by ${createdBy} on ${host}`],
    ...(changedBy === createdBy ? [] : [['changed', `by ${changedBy}`]]),
    ['reason', ticket === null ? reason : `${reason} (${ticket})`],
    ['guards', guardsText(operation.guards)],
    ...(owner === null ? [] : [['run by', owner]]),
  ]
  return [
    ...facts.map(([name = '', value = '']) => `${name.padEnd(11)}${value}`),
    '',
    countsText(operation.counts),
    ...nextSteps(operation),
  ].join('\n')
}

/** What became of the letters, in one line. */
export function countsText(counts: OperationCounts): string {
  const parts = [
    [counts.resolved, 'resolved'],
    [counts.alreadyInSap, 'already in SAP'],
    [counts.failedSame, 'dead again for the same reason'],
    [counts.failedNew, 'dead again for another'],
    [counts.sent, 'on their way'],
    [counts.pending, 'not sent'],
    [counts.skipped, 'skipped'],
  ] as const
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return `${counts.letters} ${counts.letters === 1 ? 'letter' : 'letters'}: ${told.length === 0 ? 'none' : told.join(', ')}.`
}

/** What a person may type next. */
export function nextSteps({id, state, counts, owner}: Operation): readonly string[] {
  switch (state) {
    case 'planned':
      return [`Begin it: erpsync dlq ops resume ${id}`]
    case 'paused':
      return [`Go on: erpsync dlq ops resume ${id}`]
    case 'stopped':
      return [`Once the cause is mended: erpsync dlq ops resume ${id}`]
    case 'running':
      return owner === null && counts.pending > 0 ? [`Nobody is at it. Go on: erpsync dlq ops resume ${id}`] : []
    case 'finished':
      return failedOf(counts) > 0 ? [`Once the cause is mended: erpsync dlq ops retry-failed ${id}`] : []
    case 'cancelled':
      return []
  }
}

export function doneOf({resolved, alreadyInSap}: OperationCounts): number {
  return resolved + alreadyInSap
}

export function failedOf({failedSame, failedNew}: OperationCounts): number {
  return failedSame + failedNew
}
