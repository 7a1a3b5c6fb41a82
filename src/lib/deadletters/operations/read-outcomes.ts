import type {Queryable} from '#lib/db/database.js'

/** How many letters of an operation ended so, and why. */
export interface OutcomeShare {
  readonly state: string
  readonly why: string | null
  readonly letters: number
}

/** A letter of an operation that died again. */
export interface FailedLetter {
  readonly letterId: string
  readonly messageId: string
  readonly key: string
  /** Code of the newer letter. */
  readonly why: string
}

/** What became of the letters of an operation, the most frequent first. */
export async function readOutcomes(database: Queryable, id: string): Promise<readonly OutcomeShare[]> {
  const {rows} = await database.query<OutcomeShare & Record<string, unknown>>(
    `select state, why, count(*)::integer as letters
       from erpsync.operation_item
      where operation_id = $1
      group by state, why
      order by letters desc, state, why
      limit 50`,
    [id],
  )
  return rows
}

/** The first letters of an operation that died again. */
export async function readFailed(database: Queryable, id: string, limit: number): Promise<readonly FailedLetter[]> {
  const {rows} = await database.query<{letter_id: string; message_id: string; business_key: string; why: string}>(
    `select letter_id, message_id, business_key, why
       from erpsync.operation_item
      where operation_id = $1
        and state in ('failed_same', 'failed_new')
      order by position
      limit $2`,
    [id, limit],
  )
  return rows.map(({letter_id, message_id, business_key, why}) => ({
    letterId: letter_id,
    messageId: message_id,
    key: business_key,
    why,
  }))
}
