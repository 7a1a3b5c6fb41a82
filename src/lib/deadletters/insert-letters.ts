import type {Transaction} from '#lib/db/database.js'
import {toJsonb} from '#lib/db/jsonb.js'
import {groupOf, type LetterGroup} from './grouping/fingerprint.js'
import {type GroupingRule, needsPayload} from './grouping/rules.js'
import {lockGroups, type SeenGroup, upsertGroups} from './groups/upsert-groups.js'
import type {NewLetter} from './letters.js'
import {parseRaw} from './parse-raw.js'

/**
 * Archives letters whose messages are locked, each in its group. A copy of a
 * message that is not dead (any more), or that died of a later attempt, is stale
 * and leaves no trace: a worker that was frozen tells its outcome when others
 * have tried again. A letter that is there already stays as it is, unless its
 * message was replayed since and has died again by a look-up alone: then it
 * opens again.
 */
export async function insertLetters(
  tx: Transaction,
  letters: readonly NewLetter[],
  rules: readonly GroupingRule[],
): Promise<void> {
  const payloads = needsPayload(rules) ? await readPayloads(tx, letters) : new Map<string, unknown>()
  const groups = letters.map((letter) => groupOf({...letter, payload: payloads.get(letter.id)}, rules))
  const columns = columnsOf(letters, groups)
  const replayed = await lockReplayed(tx, letters)
  await lockGroups(tx, [...groups.map(({id}) => id), ...replayed])
  await upsertGroups(tx, seenGroups(letters, groups))
  await tx.query(
    `insert into erpsync.dead_letter
            (id, flow, message_id, attempt, class, executed, code, text, stage, headers, raw, raw_hash, died_at,
             group_id, business_key)
     select l.id, l.flow, m.id, l.attempt, l.class, l.executed, l.code, l.text, l.stage, l.headers::jsonb,
            case when m.id is null then l.raw end, case when m.id is null then l.raw_hash end, l.died_at,
            l.group_id, m.business_key
       from ${incoming}
       left join erpsync.message m on m.id = l.message_id
      where m.id is null or (m.state = 'dead' and m.attempts <= l.attempt)
         on conflict do nothing`,
    columns,
  )
  if (replayed.length === 0) return
  // Only a replay moves a letter to "replayed", together with its message: one that is dead by now has died since.
  await tx.query(
    `update erpsync.dead_letter d
        set state = 'open', replayed_at = null, replayed_by = null, died_at = l.died_at,
            class = l.class, executed = l.executed, code = l.code, text = l.text, stage = l.stage,
            headers = l.headers::jsonb, group_id = l.group_id
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

/** Before their groups, as everybody who changes letters does: the groups that letters may leave by opening again. */
async function lockReplayed(tx: Transaction, letters: readonly NewLetter[]): Promise<readonly string[]> {
  const {rows} = await tx.query<{group_id: string}>(
    `select d.group_id
       from erpsync.dead_letter d
       join unnest($1::uuid[], $2::integer[]) as l (message_id, attempt)
         on d.message_id = l.message_id and d.attempt = l.attempt
      where d.state = 'replayed'
      order by d.seq
        for update of d`,
    [letters.map(({messageId}) => messageId), letters.map(({attempt}) => attempt)],
  )
  return rows.map(({group_id}) => group_id)
}

/** The documents by letter: the ledger's, or what the copy holds if the ledger does not know the message. */
async function readPayloads(tx: Transaction, letters: readonly NewLetter[]): Promise<ReadonlyMap<string, unknown>> {
  const {rows} = await tx.query<{id: string; payload: unknown}>(
    'select id, payload from erpsync.message where id = any ($1::uuid[])',
    [letters.map(({messageId}) => messageId)],
  )
  const known = new Map(rows.map(({id, payload}) => [id, payload]))
  return new Map(letters.map(({id, messageId, raw}) => [id, known.get(messageId ?? '') ?? parseRaw(raw)]))
}

function seenGroups(letters: readonly NewLetter[], groups: readonly LetterGroup[]): readonly SeenGroup[] {
  const seen = new Map<string, SeenGroup>()
  for (const [index, group] of groups.entries()) {
    const letter = letters[index]
    if (letter && !seen.has(group.id)) seen.set(group.id, {...group, sample: letter.text, seenAt: letter.diedAt})
  }
  return [...seen.values()]
}

const incoming = `unnest($1::uuid[], $2::text[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[],
                   $9::text[], $10::text[], $11::bytea[], $12::bytea[], $13::timestamptz[], $14::text[])
         as l (id, flow, message_id, attempt, class, executed, code, text, stage, headers, raw, raw_hash, died_at, group_id)`

function columnsOf(letters: readonly NewLetter[], groups: readonly LetterGroup[]): readonly (readonly unknown[])[] {
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
    groups.map(({id}) => id),
  ]
}
