import assert from 'node:assert/strict'
import type {Queryable} from '#lib/db/database.js'
import {archiveLetters} from '#lib/deadletters/archive-letters.js'
import type {GroupingRule} from '#lib/deadletters/grouping/rules.js'
import type {NewLetter} from '#lib/deadletters/letters.js'
import {parseLetterQuery} from '#lib/deadletters/query/parse.js'
import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import {newId} from '#lib/kernel/ids.js'
import {failure} from './failure.js'
import type {TestLedger} from './ledger.js'

/** A letter as the archiver reads it from its queue. */
export function letterOf(messageId: string | null, changes: Partial<NewLetter> = {}): NewLetter {
  return {
    id: newId(),
    flow: 'sales-order',
    messageId,
    attempt: 1,
    class: 'permanent',
    executed: 'no',
    code: 'sap:VP/204',
    text: 'Customer 0000004711 does not exist',
    stage: 'call',
    headers: {},
    raw: Buffer.from(newId()),
    rawHash: Buffer.from(newId()),
    diedAt: new Date(),
    ...changes,
  }
}

/** Archives letters as the archiver does. */
export async function archive(
  {database}: TestLedger,
  letters: readonly NewLetter[],
  rules: readonly GroupingRule[] = [],
): Promise<void> {
  await archiveLetters(
    database,
    letters.map((letter) => ({letter, killedByBroker: false})),
    rules,
  )
}

/** A message that died at its first attempt, and its letter. */
export async function bury(
  ledger: TestLedger,
  orderId: string,
  changes: Partial<NewLetter> = {},
  rules: readonly GroupingRule[] = [],
): Promise<{readonly id: string; readonly letter: string}> {
  const id = await ledger.accept(orderId)
  await ledger.database.query('update erpsync.outbox set published_at = now() where message_id = $1', [id])
  await ledger.claim(id)
  await ledger.settle({kind: 'dead', messageId: id, attempt: 1, failure: failure({class: 'permanent'})})
  const letter = letterOf(id, changes)
  await archive(ledger, [letter], rules)
  return {id, letter: letter.id}
}

/** A query that is known to be one. */
export function queryOf(text: string): ParsedQuery {
  const query = parseLetterQuery(text, new Date())
  assert.ok(query.kind === 'query', `${text}: ${JSON.stringify(query)}`)
  return query
}

/** What groups keep counted that is not what a full count gives; none if all is well. */
export async function miscounts(database: Queryable): Promise<readonly unknown[]> {
  const {rows} = await database.query(
    `with counted as (
       select g.id, count(l.id) filter (where l.state = 'open') as open,
              count(l.id) filter (where l.state = 'replayed') as replayed,
              count(l.id) filter (where l.state = 'resolved') as resolved,
              count(l.id) filter (where l.state = 'died_again') as died_again,
              count(distinct l.business_key) filter (where l.state = 'open') as keys,
              count(l.id) as hours
         from erpsync.dead_letter_group g
         left join erpsync.dead_letter l on l.group_id = g.id
        group by g.id
     ), kept as (
       select g.id, g.open, g.replayed, g.resolved, g.died_again, g.keys,
              coalesce((select sum(letters) from erpsync.dead_letter_hour h where h.group_id = g.id), 0) as hours
         from erpsync.dead_letter_group g
     )
     (select 'counted' as what, * from counted except select 'counted', * from kept)
      union all
     (select 'kept', * from kept except select 'kept', * from counted)`,
  )
  return rows
}
