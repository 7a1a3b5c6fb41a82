import type {Queryable, Transaction} from '#lib/db/database.js'
import type {Position} from '#lib/intake/readers/line.js'

/** One file of a push run, and how far it is read. */
export interface PushFile {
  /** From 1, in the order in which they are read. */
  readonly number: number
  readonly name: string
  readonly position: Position
  readonly isDone: boolean
}

/** Writes down the files of a run by their names, in the order in which they are read. */
export async function insertFiles(tx: Transaction, runId: string, names: readonly string[]): Promise<void> {
  await tx.query(
    `insert into erpsync.push_file (run_id, number, name)
     select $1, number, name from unnest($2::text[]) with ordinality as file (name, number)`,
    [runId, names],
  )
}

/**
 * Notes how far a file is read now.
 *
 * @returns false if it was not read to where the caller takes it to be: another process has moved on.
 */
export async function moveOn(
  tx: Transaction,
  {
    runId,
    file,
    from,
    to,
  }: {readonly runId: string; readonly file: number; readonly from: Position; readonly to: Position},
): Promise<boolean> {
  const {rowCount} = await tx.query(
    `update erpsync.push_file
        set line = $4, end_offset = $5
      where run_id = $1
        and number = $2
        and end_offset = $3`,
    [runId, file, from.end, to.number, to.end],
  )
  return rowCount === 1
}

export async function filesOfRun(database: Queryable, id: string): Promise<readonly PushFile[]> {
  const {rows} = await database.query<FileRow>(
    `select number, name, line, end_offset, is_done from erpsync.push_file where run_id = $1 order by number`,
    [id],
  )
  return rows.map(({number, name, line, end_offset, is_done}) => ({
    number,
    name,
    position: {number: line, end: Number(end_offset)},
    isDone: is_done,
  }))
}

/** Notes that all of a file is read. */
export async function closeFile(database: Queryable, id: string, file: number): Promise<void> {
  await database.query('update erpsync.push_file set is_done = true where run_id = $1 and number = $2', [id, file])
}

interface FileRow {
  readonly number: number
  readonly name: string
  readonly line: number
  readonly end_offset: string
  readonly is_done: boolean
}
