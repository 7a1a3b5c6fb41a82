import type {Transaction} from '#lib/db/database.js'
import {toJsonb} from '#lib/db/jsonb.js'
import type {NewLetter} from './letters.js'

/**
 * Archives letters whose messages are locked. A copy of a message that is not
 * dead (any more), or that died of a later attempt, is stale and leaves no trace: a
 * worker that was frozen tells its outcome when others have tried again. A letter that is there already
 * stays as it is, unless its message was replayed since and has died again by a
 * look-up alone: then it opens again.
 */
export async function insertLetters(tx: Transaction, letters: readonly NewLetter[]): Promise<void> {
  const columns = columnsOf(letters)
  await tx.query(
    `insert into erpsync.dead_letter
            (id, flow, message_id, attempt, class, executed, code, text, stage, headers, raw, raw_hash, died_at)
     select l.id, l.flow, m.id, l.attempt, l.class, l.executed, l.code, l.text, l.stage, l.headers::jsonb,
            case when m.id is null then l.raw end, case when m.id is null then l.raw_hash end, l.died_at
       from ${incoming}
       left join erpsync.message m on m.id = l.message_id
      where m.id is null or (m.state = 'dead' and m.attempts <= l.attempt)
         on conflict do nothing`,
    columns,
  )
  // Only a replay moves a letter to "replayed", together with its message: one that is dead by now has died since.
  await tx.query(
    `update erpsync.dead_letter d
        set state = 'open', replayed_at = null, replayed_by = null, died_at = l.died_at,
            class = l.class, executed = l.executed, code = l.code, text = l.text, stage = l.stage,
            headers = l.headers::jsonb
       from ${incoming}
       join erpsync.message m on m.id = l.message_id
      where d.message_id = l.message_id
        and d.attempt = l.attempt
        and d.state = 'replayed'
        and m.state = 'dead'
        and m.attempts <= l.attempt`,
    columns,
  )
}

const incoming = `unnest($1::uuid[], $2::text[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[],
                   $9::text[], $10::text[], $11::bytea[], $12::bytea[], $13::timestamptz[])
         as l (id, flow, message_id, attempt, class, executed, code, text, stage, headers, raw, raw_hash, died_at)`

function columnsOf(letters: readonly NewLetter[]): readonly (readonly unknown[])[] {
  return [
    letters.map(({id}) => id),
    letters.map(({flow}) => flow),
    letters.map(({messageId}) => messageId),
    letters.map(({attempt}) => attempt),
    letters.map((letter) => letter.class),
    letters.map(({executed}) => executed),
    letters.map(({code}) => code),
    letters.map(({text}) => text),
    letters.map(({stage}) => stage),
    letters.map(({headers}) => toJsonb(headers)),
    letters.map(({raw}) => raw),
    letters.map(({rawHash}) => rawHash),
    letters.map(({diedAt}) => diedAt),
  ]
}
