import type {Transaction} from '#lib/db/database.js'
import type {Operator} from '#lib/ledger/trail.js'

/** Something that was done to many letters at once, by one command. */
export interface DoneOperation {
  readonly id: string
  readonly kind: 'fix' | 'discard'
  readonly query: string
  readonly done: number
  readonly refused: number
}

/** Puts it among the operations, where it stands beside the replays. Unlike them it holds no letters: it is over. */
export async function noteOperation(
  tx: Transaction,
  {id, kind, query, done, refused}: DoneOperation,
  {actor, host, reason, ticket}: Operator,
): Promise<void> {
  await tx.query(
    `insert into erpsync.operation
            (id, kind, state, query, created_by, changed_by, host, reason, ticket, started_at, finished_at,
             letters, resolved, skipped)
     values ($1, $2, 'finished', $3, $4, $4, $5, $6, $7, now(), now(), $8::integer + $9::integer, $8, $9)`,
    [id, kind, query, actor, host, reason, ticket, done, refused],
  )
}
