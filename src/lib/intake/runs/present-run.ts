import {styleText} from 'node:util'
import {ago} from '#lib/output/ago.js'
import {renderTable} from '#lib/output/table.js'
import {countsText, presentOutcomes, presentProblem} from '#lib/intake/present-push.js'
import type {LineOutcome, RunOutcomes} from './outcomes.js'
import type {PushFile} from './push-file.js'
import type {PushRun} from './push-run.js'

/** Push runs as a table, newest first. */
export function presentRuns(runs: readonly PushRun[], now: Date): string {
  if (runs.length === 0) return 'No push runs.'
  const right = (title: string) => ({title, align: 'right'}) as const
  return renderTable(
    [
      'run',
      'flow',
      'state',
      'begun',
      'by',
      right('read'),
      right('accepted'),
      right('duplicate'),
      right('rejected'),
      'why',
    ],
    runs.map((run) => [
      run.id,
      run.flow,
      stateText(run),
      ago(run.startedAt, now),
      run.startedBy,
      String(run.counts.read),
      String(run.counts.accepted),
      String(run.counts.duplicate),
      String(run.counts.rejected),
      run.why ?? '',
    ]),
  )
}

/** One run: how far it is, and what became of its messages. */
export function presentRun(run: PushRun, files: readonly PushFile[], outcomes: RunOutcomes): string {
  const facts = [
    [
      'run',
      `${styleText('bold', run.id, {stream: process.stdout})} ${run.flow}, ${stateText(run)}${run.why === null ? '' : `: ${run.why}`}`,
    ],
    ['begun', `${run.startedAt.toISOString()} by ${run.startedBy} on ${run.host}`],
    ...(run.resumedAt === null ? [] : [['resumed', run.resumedAt.toISOString()]]),
    ...(run.finishedAt === null ? [] : [['finished', run.finishedAt.toISOString()]]),
    ...files.map(({name, position, isDone}) => ['file', `${name}${isDone ? '' : `, read to line ${position.number}`}`]),
    ['lines', countsText(run.counts)],
    ['messages', presentOutcomes(outcomes)],
    ...(run.rejectsFile === null || run.counts.rejected === 0 ? [] : [['rejects', run.rejectsFile]]),
  ]
  const next = run.state === 'finished' || run.isAlive ? [] : ['', 'The same push again goes on behind its last batch.']
  return [...facts.map(([name = '', value = '']) => `${name.padEnd(11)}${value}`), ...next].join('\n')
}

/** Lines of a run as a table. */
export function presentLines(lines: readonly LineOutcome[], files: readonly PushFile[]): string {
  const isOneFile = files.length === 1
  const nameOf = (number: number): string => files.find((file) => file.number === number)?.name ?? String(number)
  return renderTable(
    [
      ...(isOneFile ? [] : ['file']),
      {title: 'line', align: 'right'},
      'outcome',
      'key',
      'state',
      'in SAP',
      'message or reason',
    ],
    lines.map(({file, line, outcome, key, state, erpDocument, messageId, problems}) => [
      ...(isOneFile ? [] : [nameOf(file)]),
      String(line),
      outcome,
      key ?? '',
      state ?? '',
      erpDocument ?? '',
      messageId ?? problems.map(presentProblem).join('; '),
    ]),
  )
}

/** A run that says it is running while no process works on it was broken off. */
function stateText({state, isAlive}: PushRun): string {
  return state === 'running' && !isAlive ? 'broken off' : state
}
