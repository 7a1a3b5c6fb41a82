import type {Database} from '#lib/db/database.js'
import {scheduleCopies} from '#lib/ledger/outbox.js'
import type {Discrepancy, Repair} from './report.js'

/**
 * Puts missing copies back through the outbox, each for the attempt it was for.
 * One too many does no harm: the ledger grants an attempt once, and a surplus
 * copy is acknowledged and forgotten. A message that has moved on since the
 * audit is left alone.
 *
 * @returns how many copies were scheduled.
 */
export async function repairCopies(database: Database, discrepancies: readonly Discrepancy[]): Promise<number> {
  const repairs = discrepancies.flatMap(({repair}) => repair ?? [])
  let scheduled = 0
  for (let start = 0; start < repairs.length; start += batchSize) {
    scheduled += await repairBatch(database, repairs.slice(start, start + batchSize))
  }
  return scheduled
}

async function repairBatch(database: Database, repairs: readonly Repair[]): Promise<number> {
  return database.transaction(async (tx) => {
    const {rows} = await tx.query<{id: string}>(
      `select m.id
         from erpsync.message m
         join unnest($1::uuid[], $2::integer[]) as r (id, attempt) on r.id = m.id
        where case when m.state in ('in_flight', 'in_doubt', 'dead') then r.attempt = m.attempts
                   when m.state in ('accepted', 'queued', 'retry_wait') then r.attempt = m.attempts + 1
                   else false end
        order by m.id
          for update of m`,
      [repairs.map(({messageId}) => messageId), repairs.map(({attempt}) => attempt)],
    )
    const standing = new Set(rows.map(({id}) => id))
    const copies = repairs.filter(({messageId}) => standing.has(messageId)).map((repair) => ({...repair, dueInMs: 0}))
    await scheduleCopies(tx, copies)
    return copies.length
  })
}

const batchSize = 500
