import type {Statement, Transaction} from '#lib/db/database.js'

/**
 * Locks messages until the transaction ends, so that what is read of them
 * afterwards stays so. Always in the order of their ids, before anything that
 * belongs to them: no deadlocks.
 */
export async function lockMessages(tx: Transaction, ids: readonly (string | null)[]): Promise<void> {
  await tx.query('select from erpsync.message where id = any ($1::uuid[]) order by id for update', [ids])
}

/**
 * The same for those of them that have no order, and with no other locks
 * afterwards: keys are locked before messages, and these have none.
 */
export function lockingUnordered(ids: readonly string[]): Statement {
  return {
    name: 'lock_unordered',
    sql: `select from erpsync.message
           where id = any ($1::uuid[])
             and ordering = 'none'
           order by id
             for update`,
    values: [ids],
  }
}
