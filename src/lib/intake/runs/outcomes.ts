import type {Database, Queryable} from '#lib/db/database.js'
import type {Problem} from '#lib/intake/door.js'
import type {MessageState} from '#lib/kernel/state.js'

/** What became of one line of a run. */
export interface LineOutcome {
  /** Number of the file in the run, from 1. */
  readonly file: number
  readonly line: number
  readonly outcome: 'accepted' | 'duplicate' | 'rejected'
  readonly messageId: string | null
  readonly key: string | null
  /** Of the message; null for a rejected line. */
  readonly state: MessageState | null
  /** SAP's number. */
  readonly erpDocument: string | null
  readonly problems: readonly Problem[]
}

/** How the messages of a run stand, those that were there already among them. */
export interface RunOutcomes {
  readonly synced: number
  readonly superseded: number
  readonly discarded: number
  readonly dead: number
  readonly pending: number
}

/** Counts the messages of a run by how they ended. */
export async function countOutcomes(database: Queryable, id: string): Promise<RunOutcomes> {
  const {rows} = await database.query<{state: MessageState; count: number}>(
    `select state, count(*)::integer as count
       from (select m.state
               from erpsync.push_run r
               join erpsync.message m on m.seq > r.after_seq and m.seq <= r.until_seq and m.push_run_id = r.id
              where r.id = $1
              union all
             select m.state
               from erpsync.push_line l
               join erpsync.message m on m.id = l.message_id
              where l.run_id = $1) outcome
      group by state`,
    [id],
  )
  const of = (wanted: MessageState): number => rows.find(({state}) => state === wanted)?.count ?? 0
  const over = {
    synced: of('synced'),
    superseded: of('superseded'),
    discarded: of('discarded'),
    dead: of('dead'),
  }
  const all = rows.reduce((sum, {count}) => sum + count, 0)
  return {...over, pending: all - over.synced - over.superseded - over.discarded - over.dead}
}

/** What became of every line of a run, in the order of the files, with a page in memory. */
export async function* readOutcomes(
  database: Pick<Database, 'read'>,
  id: string,
  {onlyFailed}: {readonly onlyFailed: boolean},
): AsyncGenerator<LineOutcome> {
  const pages = database.read<OutcomeRow>(
    `with line as (
       select m.push_file as file, m.push_line as line, 'accepted' as outcome, m.id as message_id, null::jsonb as problems
         from erpsync.push_run r
         join erpsync.message m on m.seq > r.after_seq and m.seq <= r.until_seq and m.push_run_id = r.id
        where r.id = $1
        union all
       select file, line, outcome, message_id, problems from erpsync.push_line where run_id = $1
     )
     select line.*, m.business_key, m.state, m.erp_document
       from line
       left join erpsync.message m on m.id = line.message_id
      where not $2::boolean or line.outcome = 'rejected' or m.state = 'dead'
      order by file, line`,
    [id, onlyFailed],
    pageSize,
  )
  for await (const rows of pages) for (const row of rows) yield toOutcome(row)
}

interface OutcomeRow {
  readonly file: number
  readonly line: number
  readonly outcome: LineOutcome['outcome']
  readonly message_id: string | null
  readonly problems: readonly Problem[] | null
  readonly business_key: string | null
  readonly state: MessageState | null
  readonly erp_document: string | null
}

function toOutcome(row: OutcomeRow): LineOutcome {
  return {
    file: row.file,
    line: row.line,
    outcome: row.outcome,
    messageId: row.message_id,
    key: row.business_key,
    state: row.state,
    erpDocument: row.erp_document,
    problems: row.problems ?? [],
  }
}

const pageSize = 1000
