import type {Database} from '#lib/db/database.js'
import {cutText} from '#lib/erp/cut.js'
import {errorCode, errorMessage} from '#lib/kernel/errors.js'
import {acceptDocuments, type Verdict} from '#lib/intake/accept.js'
import type {Admissible, Door, Problem, Refused} from '#lib/intake/door.js'
import type {Doors} from '#lib/intake/open-doors.js'
import type {InboxRow, Mark} from './rows.js'

/**
 * Accepts the documents of rows, each by the door of its flow, and those of one
 * flow in their order. Whatever is wrong with a row is its own affair: the others
 * go on.
 *
 * A row is known by the flow's own identity, or where there is none by its id:
 * taken a second time, because the first was broken off before it was marked, it
 * meets the message that it has brought.
 */
export async function acceptRows(ledger: Database, doors: Doors, rows: readonly InboxRow[]): Promise<readonly Mark[]> {
  const marks: Mark[] = []
  // Slow mappings must not keep the transaction of the inbox open until its server ends it: the rest waits for the next round.
  const until = performance.now() + longestCheckMs
  for (const flow of new Set(rows.map((row) => row.flow))) {
    if (marks.length > 0 && performance.now() > until) break
    const ofFlow = rows.filter((row) => row.flow === flow)
    const door = await doors(flow)
    marks.push(...(door === undefined ? ofFlow.map(ofUnknownFlow) : await acceptThrough(ledger, door, ofFlow, until)))
  }
  return marks
}

async function acceptThrough(
  ledger: Database,
  door: Door,
  rows: readonly InboxRow[],
  until: number,
): Promise<readonly Mark[]> {
  const refused: Mark[] = []
  const admissible: Admitted[] = []
  for (const row of rows) {
    if (refused.length + admissible.length > 0 && performance.now() > until) break
    const check = await checkRow(door, row)
    if (check.kind === 'refused') refused.push(refusal(row, check.problems))
    else admissible.push({row, document: {...check, idempotencyKey: check.idempotencyKey ?? identityOf(row)}})
  }
  return [...refused, ...(await acceptAll(ledger, door, admissible))]
}

interface Admitted {
  readonly row: InboxRow
  readonly document: Admissible
}

/** What the ledger cannot hold breaks off all that is accepted with it: then each is tried alone. */
async function acceptAll(ledger: Database, door: Door, admitted: readonly Admitted[]): Promise<readonly Mark[]> {
  try {
    const verdicts = await acceptDocuments(
      ledger,
      door,
      admitted.map(({document}) => document),
    )
    return admitted.map((one, index) => markOf(one, verdicts[index]))
  } catch (error) {
    const state = errorCode(error) ?? ''
    if (!ofContent.has(state.slice(0, 2))) throw error
    const [only, ...others] = admitted
    if (only === undefined) throw error
    if (others.length === 0)
      return [refusal(only.row, [{field: '', message: `the ledger cannot hold it (SQLSTATE ${state})`}])]
    const marks: Mark[] = []
    for (const one of admitted) marks.push(...(await acceptAll(ledger, door, [one])))
    return marks
  }
}

/** A document nobody foresaw, such as one nested too deep to be walked through, must not hold up those behind it. */
async function checkRow(door: Door, {document}: InboxRow): Promise<Admissible | Refused> {
  try {
    return await door.check(document)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return {kind: 'refused', problems: [{field: '', message: `cannot be checked: ${errorMessage(error)}`}]}
  }
}

function markOf({row, document}: Admitted, verdict: Verdict | undefined): Mark {
  if (verdict === undefined) throw new Error('a row got no verdict')
  switch (verdict.kind) {
    case 'accepted':
      return {id: row.id, outcome: 'accepted', messageId: verdict.id}
    case 'duplicate':
      // Its own identity meets no message but its own, from a round that was broken off before it was marked.
      return {
        id: row.id,
        outcome: document.idempotencyKey === identityOf(row) ? 'accepted' : 'duplicate',
        messageId: verdict.id,
      }
    case 'refused':
      return refusal(row, verdict.problems)
  }
}

function ofUnknownFlow(row: InboxRow): Mark {
  return refusal(row, [{field: '', message: `there is no flow "${cutText(row.flow)}"`}])
}

/** What a row is known by where its flow has nothing. */
function identityOf({id}: InboxRow): string {
  return `inbox-${id}`
}

function refusal({id}: InboxRow, problems: readonly Problem[]): Mark {
  const left = problems.length - mostProblems
  const more = left > 0 ? [{field: '', message: `and ${left} more`}] : []
  return {id, outcome: 'refused', problems: [...problems.slice(0, mostProblems), ...more]}
}

/** Of a document with thousands of bad items nobody reads all of them. */
const mostProblems = 100

const longestCheckMs = 30_000
/** Classes of SQLSTATE that are about what is written and nothing else: data, constraints, limits of the program. */
const ofContent: ReadonlySet<string> = new Set(['22', '23', '54'])
