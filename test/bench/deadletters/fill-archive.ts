import type {Database} from '#lib/db/database.js'
import {upsertGroups} from '#lib/deadletters/groups/upsert-groups.js'
import type {Cause} from './causes.js'

/**
 * Fills the archive through its real tables, triggers and constraints, but with
 * rows that PostgreSQL makes up itself: 1,000,000 letters come in minutes. A few
 * causes have most of them, and most died within the last hours, as it is.
 */
export async function fillArchive(
  database: Database,
  {letters, causes}: {readonly letters: number; readonly causes: readonly Cause[]},
): Promise<void> {
  const seenAt = new Date()
  await database.transaction(async (tx) =>
    upsertGroups(
      tx,
      causes.map(({group, text}) => ({...group, sample: text, seenAt})),
    ),
  )
  await addDeadMessages(database, letters)
  for (let from = 1; from <= letters; from += chunk) {
    await database.query(
      `insert into erpsync.dead_letter (id, flow, message_id, attempt, class, executed, code, text, stage, headers,
                                        died_at, group_id, business_key, tags)
       select gen_random_uuid(), c.flow, m.id, m.attempts, c.class, 'no', c.code,
              replace(c.text, '%', m.business_key), c.stage,
              '{"erpsync-attempt": 1, "erpsync-lane": "work", "erpsync-first-seen": "2026-01-01T00:00:00.000Z"}',
              now() - power(random(), 3) * interval '7 days', c.group_id, m.business_key,
              case when m.seq % 100 = 0 then '{ignored}'::text[] else '{}' end
         from erpsync.message m
         join unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
              with ordinality as c (flow, class, code, text, stage, group_id, number)
           on c.number = 1 + floor($9 * power(('x' || substr(md5(m.business_key), 1, 8))::bit(32)::bigint / 4294967296.0, 2))
        where m.seq >= $1 and m.seq < $2`,
      [
        from,
        from + chunk,
        causes.map(({flow}) => flow),
        causes.map((cause) => cause.class),
        causes.map(({code}) => code),
        causes.map(({text}) => text),
        causes.map(({stage}) => stage),
        causes.map(({group}) => group.id),
        causes.length,
      ],
    )
  }
  await database.query('vacuum analyze erpsync.message, erpsync.dead_letter, erpsync.dead_letter_group')
}

/** Messages that have died, with documents like those of a shop; the ids of the new ones. */
export async function addDeadMessages(database: Database, messages: number): Promise<readonly string[]> {
  const ids: string[] = []
  for (let added = 0; added < messages; added += chunk) {
    const {rows} = await database.query<{id: string}>(
      `insert into erpsync.message (id, flow, business_key, idempotency_key, reference, payload, payload_hash, state, attempts)
       select n.id, 'orders', n.key, n.key, n.key,
              jsonb_build_object('orderId', n.key, 'plant', 'DE' || lpad((n.number % 40)::text, 2, '0'), 'currency', 'EUR',
                                 'items', jsonb_build_array(jsonb_build_object('sku', 'A-' || n.number % 977, 'quantity', n.number % 9 + 1))),
              sha256(convert_to(n.key, 'UTF8')), 'dead', 1 + n.number % 8
         from (select gen_random_uuid() as id, number,
                      lpad(((select coalesce(max(seq), 0) from erpsync.message) + number)::text, 10, '0') as key
                 from generate_series(1, $1::integer) as number) n
       returning id`,
      [Math.min(chunk, messages - added)],
    )
    if (messages <= mostIds) ids.push(...rows.map(({id}) => id))
  }
  return ids
}

const chunk = 20_000
const mostIds = 100_000
