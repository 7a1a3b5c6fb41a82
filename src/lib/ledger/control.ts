import type {Queryable} from '#lib/db/database.js'

/** The channel that is notified whenever a breaker or a pause changes. */
export const controlChannel = 'erpsync_control'

/** Tells all workers to look at breakers and pauses again, once the transaction commits. */
export async function announceChange(tx: Queryable): Promise<void> {
  await tx.query(`select pg_notify('${controlChannel}', '')`)
}
