import {styleText} from 'node:util'
import {guardsText} from '#lib/metering/guards-text.js'
import {ago} from '#lib/output/ago.js'
import {renderTable} from '#lib/output/table.js'
import type {RunItem} from './read-items.js'
import type {ResyncRun, RunCounts} from './resync-run.js'

/** Runs as a table, newest first. */
export function presentRuns(runs: readonly ResyncRun[], now: Date): string {
  if (runs.length === 0) return 'No resyncs.'
  const right = (title: string) => ({title, align: 'right'}) as const
  return renderTable(
    ['resync', 'flow', 'state', 'begun', 'by', right('keys'), right('done'), right('failed'), right('left'), 'why'],
    runs.map(({id, flow, state, createdAt, createdBy, counts, why, reason}) => [
      id,
      flow,
      state,
      ago(createdAt, now),
      createdBy,
      String(counts.keys),
      String(counts.resolved),
      String(counts.failed),
      String(counts.pending + counts.sent),
      why ?? reason,
    ]),
  )
}

/** One run, what is worth looking at in it, and what to type next. */
export function presentRun(run: ResyncRun, items: readonly RunItem[]): string {
  const {id, flow, state, selection, window, reason, ticket, createdBy, host, createdAt, owner, why, changedBy} = run
  const facts = [
    ['resync', `${styleText('bold', id, {stream: process.stdout})} ${flow}, ${state}${why === null ? '' : `: ${why}`}`],
    ['compared', selection],
    ['begun', `${createdAt.toISOString()} by ${createdBy} on ${host}`],
    ...(changedBy === createdBy ? [] : [['changed', `by ${changedBy}`]]),
    ['reason', ticket === null ? reason : `${reason} (${ticket})`],
    ['guards', guardsText(run.guards)],
    ...(window === null ? [] : [['window', window]]),
    ...(owner === null ? [] : [['run by', owner]]),
  ]
  return [
    ...facts.map(([name = '', value = '']) => `${name.padEnd(11)}${value}`),
    '',
    runCountsText(run.counts),
    ...(items.length === 0 ? [] : ['', presentItems(items)]),
    ...nextSteps(run),
  ].join('\n')
}

/** What became of single keys, with SAP's numbers. */
export function presentItems(items: readonly RunItem[]): string {
  return renderTable(
    ['key', 'was', 'outcome', 'document', 'message', 'why'],
    items.map(({key, class: kind, state, documentNumber, messageId, why}) => [
      key,
      kind,
      state,
      documentNumber ?? '',
      messageId ?? '',
      why ?? '',
    ]),
  )
}

/** What became of the keys, in one line. */
export function runCountsText({keys, pending, sent, resolved, failed, skipped}: RunCounts): string {
  const parts = [
    [resolved, 'resolved'],
    [failed, 'dead'],
    [sent, 'on their way'],
    [pending, 'not sent'],
    [skipped, 'skipped'],
  ] as const
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return `${keys} ${keys === 1 ? 'key' : 'keys'}: ${told.length === 0 ? 'none' : told.join(', ')}.`
}

/** What a person may type next. */
export function nextSteps({id, flow, state, counts, owner}: ResyncRun): readonly string[] {
  const letters = counts.failed > 0 ? [`What died has a letter: erpsync dlq groups -q flow:${flow}`] : []
  switch (state) {
    case 'paused':
      return [...letters, `Go on: erpsync resync resume ${id}`]
    case 'stopped':
      return [...letters, `Once the cause is mended: erpsync resync resume ${id}`]
    case 'running':
      return owner === null && counts.pending > 0 ? [`Nobody is at it. Go on: erpsync resync resume ${id}`] : []
    case 'finished':
    case 'cancelled':
      return letters
  }
}

/** What was sent and is not waited for, and where to look later. */
export function presentSentRun(run: ResyncRun): string {
  const {id, state, counts} = run
  const sent = counts.keys - counts.pending - counts.skipped
  return [
    `Sent ${sent}${counts.skipped === 0 ? '' : `, skipped ${counts.skipped}`}.`,
    ...(state === 'finished' ? [] : [`They are on their way; erpsync resync show ${id} tells what becomes of them.`]),
    ...nextSteps(run),
  ].join('\n')
}
