import {styleText} from 'node:util'
import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import {resolvedText} from '#lib/deadletters/query/resolved-text.js'
import type {AttemptRecord} from '#lib/ledger/timeline.js'
import {ago} from '#lib/output/ago.js'
import {quoteForShell} from '#lib/output/quote-for-shell.js'
import {renderTable} from '#lib/output/table.js'
import type {Letter} from './letters.js'
import type {WholeLetter} from './mask-letter.js'

/** Letters as a table, newest first, and how to see the next page of the same query. */
export function presentLetters(
  letters: readonly Letter[],
  now: Date,
  {query, next}: {readonly query: ParsedQuery; readonly next: string | null},
): string {
  if (letters.length === 0) return 'No dead letters.'
  const rows = letters.map(({id, flow, key, diedAt, state, code, text}) => [
    id,
    flow,
    key ?? '–',
    ago(diedAt, now),
    state,
    code,
    oneLine(text),
  ])
  const table = renderTable(['letter', 'flow', 'key', 'age', 'state', 'code', 'text'], rows)
  if (next === null) return table
  return `${table}\n\nMore: erpsync dlq list -q ${quoteForShell(resolvedText(query))} --before ${next}`
}

/** One letter with everything a person needs to decide. */
export function presentLetter({letter, attempts, payload}: WholeLetter, owner: string | null): string {
  const facts = [
    ['letter', letter.id],
    ['message', letter.messageId ?? 'never became one'],
    ['flow', owner === null ? letter.flow : `${letter.flow} (owner: ${owner})`],
    ['key', letter.key ?? '–'],
    ['state', letter.state],
    ['died', letter.diedAt.toISOString()],
    ['reason', `${bold(letter.code)} ${letter.text}`],
    ['class', `${letter.class}, executed in SAP: ${letter.executed}`],
    ...(letter.replayedAt ? [['replayed', `${letter.replayedAt.toISOString()} by ${letter.replayedBy ?? ''}`]] : []),
  ]
  const answer = attempts.findLast((attempt) => attempt.answer !== null)?.answer
  return [
    ...facts.map(([name = '', value = '']) => `${name.padEnd(10)}${value}`),
    '',
    renderTable(['attempt', 'lane', 'begun', 'outcome', 'code', 'text'], attempts.map(attemptRow)),
    ...(answer === undefined ? [] : ['', bold('SAP answered'), JSON.stringify(answer, null, 2)]),
    '',
    bold('payload'),
    typeof payload === 'string' ? payload : JSON.stringify(payload, null, 2),
    ...(letter.state === 'open' && letter.messageId !== null
      ? ['', `Send it again: erpsync dlq replay ${letter.id}`]
      : []),
  ].join('\n')
}

function attemptRow({number, lane, startedAt, outcome, code, text, probe}: AttemptRecord): string[] {
  const result = probe === null ? (outcome ?? 'under way') : `${outcome ?? ''}, look-up: ${probe}`
  return [String(number), lane, startedAt.toISOString(), result, code ?? '', oneLine(text ?? '')]
}

function oneLine(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ')
  return flat.length <= 60 ? flat : `${flat.slice(0, 59)}…`
}

function bold(text: string): string {
  return styleText('bold', text, {stream: process.stdout})
}
