import type {Database} from '#lib/db/database.js'
import {newId} from '#lib/kernel/ids.js'
import {admissible, order} from '../../support/orders.js'

/**
 * How many orders a second are inserted with nothing around it: the rows of
 * message and outbox that a push writes, into tables with the same columns,
 * indexes and checks, a thousand at a time, by one connection.
 */
export async function measureBareInsert(database: Database, orders: number): Promise<number> {
  await database.query('create schema bare')
  await database.query('create table bare.message (like erpsync.message including all)')
  await database.query('create table bare.outbox (like erpsync.outbox including all)')
  const beganAt = performance.now()
  for (let begun = 0; begun < orders; begun += batchSize) {
    const rows = Array.from({length: Math.min(batchSize, orders - begun)}, (_, index) => {
      const {document, ...identity} = admissible(order(`BARE-${begun + index + 1}`))
      return {...identity, id: newId(), payload: JSON.stringify(document)}
    })
    const ids = rows.map(({id}) => id)
    await database.transaction(async (tx) => {
      await tx.query(
        `insert into bare.message (id, flow, business_key, version, idempotency_key, reference, payload, payload_hash)
         select id, 'sales-order', key, version, idempotency_key, reference, payload::jsonb, hash
           from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[])
             as new (id, key, version, idempotency_key, reference, payload, hash)`,
        [
          ids,
          rows.map(({key}) => key),
          rows.map(({version}) => version),
          rows.map(({idempotencyKey}) => idempotencyKey),
          rows.map(({reference}) => reference),
          rows.map(({payload}) => payload),
          rows.map(({hash}) => hash),
        ],
      )
      await tx.query(
        `insert into bare.outbox (message_id, lane, attempt)
         select id, 'work', 1 from unnest($1::uuid[]) as new (id)`,
        [ids],
      )
    })
  }
  const perS = orders / ((performance.now() - beganAt) / 1000)
  await database.query('drop schema bare cascade')
  return Math.round(perS)
}

const batchSize = 1000
