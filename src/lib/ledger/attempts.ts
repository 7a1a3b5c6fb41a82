import type {Queryable} from '#lib/db/database.js'
import type {Failure} from '#lib/kernel/failure.js'

/** Why the given attempt of a message failed. */
export async function readLastFailure(database: Queryable, messageId: string, number: number): Promise<Failure> {
  const {rows} = await database.query<FailureRow>(
    `select class, executed, code, text, stage
       from erpsync.attempt
      where message_id = $1
        and number = $2
        and code is not null`,
    [messageId, number],
  )
  return rows[0] ?? unknownFailure
}

type FailureRow = Pick<Failure, 'class' | 'executed' | 'code' | 'text' | 'stage'>

const unknownFailure: Failure = {
  class: 'in_doubt',
  executed: 'unknown',
  code: 'ledger:no_attempt',
  text: 'The ledger holds no failure for this message.',
  stage: 'call',
}
