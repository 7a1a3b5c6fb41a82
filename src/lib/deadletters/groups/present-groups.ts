import {styleText} from 'node:util'
import {ago} from '#lib/output/ago.js'
import {sparkline} from '#lib/output/sparkline.js'
import {type Column, renderTable} from '#lib/output/table.js'
import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import type {Group} from './group.js'
import type {Bucket, GroupBy} from './list-buckets.js'
import {nextForBucket} from './next-command.js'
import type {GroupDescription} from './describe-group.js'

interface Presentation {
  readonly now: Date
  readonly isUtf8: boolean
}

/** Groups, or what else letters are put together by, as a table with what to type next. */
export function presentBuckets(
  buckets: readonly Bucket[],
  {by, query, now, isUtf8}: Presentation & {readonly by: GroupBy; readonly query: ParsedQuery | null},
): string {
  if (buckets.length === 0) return 'No dead letters.'
  const numbers = (bucket: Bucket): string[] => [
    String(bucket.letters),
    String(bucket.keys),
    ago(bucket.firstSeen, now),
    ago(bucket.lastSeen, now),
    sparkline(bucket.hours, isUtf8),
  ]
  const rows = buckets.map((bucket) =>
    by.kind === 'fingerprint'
      ? [
          bucket.value ?? '',
          badge(bucket.group),
          ...numbers(bucket),
          ...titleCells(bucket.group),
          nextForBucket(bucket, by, query),
        ]
      : [bucket.value ?? '–', ...numbers(bucket), nextForBucket(bucket, by, query)],
  )
  const shared = [right('letters'), right('keys'), right('first'), right('last'), '24 h']
  return renderTable(
    by.kind === 'fingerprint'
      ? ['group', 'state', ...shared, 'flow', 'code', 'title', 'next']
      : [by.kind === 'payload' ? by.path.join('.') : by.kind, ...shared, 'next'],
    rows,
  )
}

/** One group with everything a person needs to decide. */
export function presentGroup(
  {group, samples, explanation, suggestion}: GroupDescription,
  {now, isUtf8, hours, isExplained}: Presentation & {readonly hours: readonly number[]; readonly isExplained: boolean},
): string {
  const {open, replayed, resolved, died_again: diedAgain, discarded} = group.letters
  const facts = [
    ['group', `${group.id} ${badge(group)}`],
    ['title', titleOf(group)],
    ['flow', group.flow],
    ['reason', `${group.code}, ${group.class}, at stage ${group.stage}`],
    [
      'letters',
      `${open} open of ${group.keys} keys; ${replayed} replayed, ${resolved} resolved, ${diedAgain} died again, ${discarded} discarded`,
    ],
    [
      'seen',
      `first ${group.firstSeen.toISOString()}, last ${group.lastSeen.toISOString()} (${ago(group.lastSeen, now)} ago)`,
    ],
    ['24 h', sparkline(hours, isUtf8)],
    ...lifeLines(group),
    ...(group.runbook === null ? [] : [['runbook', group.runbook]]),
    ...(group.replayable === null ? [] : [['replay', replayWords[group.replayable]]]),
  ]
  return [
    ...facts.map(([name = '', value = '']) => `${name.padEnd(10)}${value}`),
    '',
    renderTable(
      ['letter', 'key', 'age', 'state', 'text'],
      samples.map(({id, key, diedAt, state, text}) => [id, key ?? '–', ago(diedAt, now), state, oneLine(text)]),
    ),
    ...(isExplained ? explanationLines(group, explanation) : []),
    ...(suggestion === null ? [] : ['', suggestion]),
    '',
    `All of them: erpsync dlq list -q group:${group.id}`,
    ...nextLines(group),
  ].join('\n')
}

function nextLines({id, state, letters, replayable}: Group): readonly string[] {
  if (letters.open === 0) return []
  return [
    ...(state === 'new' || state === 'open' || state === 'regressed' ? [`Take it up: erpsync dlq ack ${id}`] : []),
    ...(replayable === 'never' ? [] : [`Send them again, once the cause is mended: erpsync dlq replay ${id}`]),
  ]
}

function lifeLines(group: Group): readonly string[][] {
  const {acknowledgedAt, acknowledgedBy, assignedTo, snoozedUntil, regressedAt, resolvedAt, note} = group
  return [
    ...(acknowledgedAt ? [['taken up', `${acknowledgedAt.toISOString()} by ${acknowledgedBy ?? ''}`]] : []),
    ...(assignedTo === null ? [] : [['assigned', `to ${assignedTo}`]]),
    ...(snoozedUntil ? [['snoozed', `until ${snoozedUntil.toISOString()}`]] : []),
    ...(regressedAt ? [['regressed', regressedAt.toISOString()]] : []),
    ...(resolvedAt ? [['resolved', resolvedAt.toISOString()]] : []),
    ...(note === null ? [] : [['note', note]]),
  ]
}

function explanationLines(group: Group, explanation: GroupDescription['explanation']): readonly string[] {
  if (explanation === null) return ['', 'No letter is left to explain the fingerprint by.']
  const {variables, template, rule, fingerprint, group: today} = explanation
  return [
    '',
    styleText('bold', 'How the fingerprint is made', {stream: process.stdout}),
    `1. The text of the newest letter, first two lines, without what differs: ${template.replaceAll('\n', ' / ')}`,
    ...variables.map(({kind, text}) => `     <${kind}> was ${text}`),
    rule === null
      ? '2. No rule of the configuration applies.'
      : `2. Rule ${rule} of the configuration applies; its key: ${today.template}`,
    `3. Hashed (sha256): ${fingerprint.replaceAll('\n', '\\n')}`,
    `4. The first 35 bits in base32: ${today.id}`,
    ...(today.id === group.id
      ? []
      : [`It is in ${group.id} by the fingerprint or the rules of another day. Type: erpsync dlq regroup --dry-run`]),
  ]
}

function badge(group: Group | null): string {
  if (group === null) return ''
  return group.state === 'new' || group.state === 'regressed' ? group.state.toUpperCase() : group.state
}

function titleCells(group: Group | null): string[] {
  return group === null ? ['', '', ''] : [group.flow, group.code, oneLine(titleOf(group))]
}

function titleOf({title, template, sample}: Group): string {
  return title ?? (template === '' ? sample : template)
}

function oneLine(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ')
  return flat.length <= 50 ? flat : `${flat.slice(0, 49)}…`
}

function right(title: string): Column {
  return {title, align: 'right'}
}

const replayWords = {
  never: 'never: a replay cannot mend it',
  'after-fix': 'once the cause is mended',
  auto: 'at any time',
} as const
