import {ago} from '#lib/output/ago.js'
import {renderTable} from '#lib/output/table.js'
import {presentProblem} from '#lib/intake/present-push.js'
import type {RefusedRow} from './refused.js'
import type {InboxStanding} from './standing.js'
import {inboxVersion} from './table-sql.js'

/** Inboxes as a table, and under it what to do about those that want it. */
export function presentInboxes(inboxes: readonly InboxStanding[], now: Date): string {
  const table = renderTable(
    ['inbox', right('waiting'), right('oldest'), right('refused'), right('taken in 1h'), 'taken by', 'table'],
    inboxes.map(({name, rows, taker, version, problem}) => [
      name,
      rows === null ? '?' : String(rows.waiting),
      rows === null ? '?' : rows.oldestInsertedAt === null ? '–' : ago(rows.oldestInsertedAt, now),
      rows === null ? '?' : String(rows.refused),
      rows === null ? '?' : String(rows.takenLastHour),
      rows === null ? '?' : (taker?.name ?? 'nobody'),
      version === null ? (problem === null ? 'not there' : '?') : `version ${version}`,
    ]),
  )
  return [table, ...inboxes.flatMap(adviceOf)].join('\n')
}

/** Refused rows as a table. */
export function presentRefused(inbox: string, refused: readonly RefusedRow[], now: Date): string {
  if (refused.length === 0) return `No row of ${inbox} is refused.`
  const table = renderTable(
    ['id', 'flow', right('inserted'), right('refused'), 'why'],
    refused.map(({id, flow, insertedAt, refusedAt, problems}) => [
      id,
      flow,
      ago(insertedAt, now),
      ago(refusedAt, now),
      problems.map(presentProblem).join('; '),
    ]),
  )
  return `${table}\nOnce what is named is mended, type: erpsync intake retry ${inbox}`
}

function adviceOf({name, version, rows, taker, problem}: InboxStanding): readonly string[] {
  if (problem !== null) return [`${name}: ${problem}`]
  if (version === null || version < inboxVersion)
    return [
      `${name}: the table is ${version === null ? 'not there' : 'of an older version'}. Type: erpsync intake install ${name}`,
    ]
  return [
    ...(taker === null ? [`${name}: nobody takes from it. Type: erpsync intake start ${name}`] : []),
    ...(rows !== null && rows.refused > 0 ? [`${name}: why rows were refused: erpsync intake list ${name}`] : []),
  ]
}

function right(title: string) {
  return {title, align: 'right'} as const
}
