import {styleText} from 'node:util'
import {ago} from '#lib/output/ago.js'
import {renderTable} from '#lib/output/table.js'
import type {TrailRecord} from '#lib/ledger/trail-records.js'
import {describeBreak} from './trail-break.js'
import type {TrailVerdict} from './verify-trail.js'

/** Entries as a table, newest first. */
export function presentTrail(entries: readonly TrailRecord[], now: Date, next: number | null): string {
  if (entries.length === 0) return 'No entries.'
  const rows = entries.map((entry) => [
    String(entry.seq),
    ago(entry.at, now),
    entry.actor,
    entry.action,
    entry.flow ?? '–',
    aboutOf(entry),
    entry.ticket ?? '–',
    oneLine(entry.reason),
  ])
  const seq = {title: 'seq', align: 'right'} as const
  const table = renderTable([seq, 'age', 'actor', 'action', 'flow', 'about', 'ticket', 'reason'], rows)
  return next === null ? table : `${table}\n\nMore: erpsync trail list --before ${next}`
}

/** One entry with all that is in it. */
export function presentTrailRecord(entry: TrailRecord): string {
  const facts: readonly (readonly [string, string | null])[] = [
    ['entry', String(entry.seq)],
    ['time', entry.at.toISOString()],
    ['actor', `${entry.actor} on ${entry.host}`],
    ['command', `erpsync ${entry.command}`],
    ['action', entry.action],
    ['reason', entry.reason],
    ['ticket', entry.ticket],
    ['operation', entry.operationId],
    ['flow', entry.flow],
    ['message', entry.messageId],
    ['letter', entry.letterId],
    ['group', entry.groupId],
    ['hash', entry.hash],
    ['follows', entry.prevHash],
  ]
  return [
    ...facts.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(10)}${value}`])),
    ...partOf('before', entry.before),
    ...partOf('after', entry.after),
  ].join('\n')
}

/** Whether the trail is as it was written, for people. */
export function presentTrailVerdict({entries, head, broken}: TrailVerdict): string {
  if (broken !== null) return `The trail is not as it was written. ${describeBreak(broken)}`
  const count = entries === 1 ? '1 entry' : `${entries} entries`
  return [
    `The trail is as it was written: ${count}.`,
    ...(head === null ? [] : [`Head: ${head.hash}@${head.seq}`]),
  ].join('\n')
}

function aboutOf({operationId, groupId, messageId, letterId}: TrailRecord): string {
  return operationId ?? groupId ?? messageId ?? letterId ?? '–'
}

function partOf(title: string, value: TrailRecord['before']): readonly string[] {
  return value === null ? [] : ['', styleText('bold', title, {stream: process.stdout}), JSON.stringify(value, null, 2)]
}

function oneLine(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ')
  return flat.length <= 60 ? flat : `${flat.slice(0, 59)}…`
}
