import type {Database} from '#lib/db/database.js'
import {insertLetters} from '#lib/deadletters/insert-letters.js'
import type {NewLetter} from '#lib/deadletters/letters.js'
import {newId} from '#lib/kernel/ids.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import {insertMessages} from '#lib/ledger/accept.js'
import {lockMessages} from '#lib/ledger/lock.js'
import {admissible, type Order} from './orders.js'

export interface Burial {
  readonly messageId: string
  readonly letterId: string
}

interface Circumstances extends Partial<Pick<NewLetter, 'class' | 'executed' | 'code' | 'text' | 'stage'>> {
  /** The business key, where it is not the order's own. */
  readonly key?: (document: Order) => string
  readonly ordering?: Ordering
  readonly flow?: string
}

/** Messages that died at their first attempt, with their letters: as if delivered, but without having called SAP. */
export async function bury(
  database: Database,
  documents: readonly Order[],
  {key, ordering = 'none', flow = 'sales-order', ...failure}: Circumstances = {},
): Promise<readonly Burial[]> {
  const buried: Burial[] = []
  for (let start = 0; start < documents.length; start += batchSize) {
    const batch = documents.slice(start, start + batchSize).map((document) => {
      const {version, reference, hash, key: ownKey} = admissible(document)
      const id = newId()
      const identity = {id, key: key?.(document) ?? ownKey, version, idempotencyKey: id, reference}
      return {...identity, payload: document, hash, line: null}
    })
    const letters = batch.map(({id}): NewLetter => ({...letterFacts, ...failure, id: newId(), flow, messageId: id}))
    const ids = batch.map(({id}) => id)
    await database.transaction(async (tx) => {
      await insertMessages(tx, {flow, ordering, intent: 'sync', file: null}, batch)
      await tx.query('delete from erpsync.outbox where message_id = any ($1::uuid[])', [ids])
      await tx.query(
        `update erpsync.message set state = 'dead', attempts = 1, claimed_at = now() where id = any ($1::uuid[])`,
        [ids],
      )
      await tx.query(
        `insert into erpsync.attempt (message_id, number, lane, worker, ended_at, outcome, class, executed, code)
         select id, 1, 'work', 'test', now(), 'dead', $2, $3, $4 from unnest($1::uuid[]) as buried (id)`,
        [ids, letters[0]?.class, letters[0]?.executed, letters[0]?.code],
      )
      await lockMessages(tx, ids)
      await insertLetters(tx, letters, [])
    })
    buried.push(...letters.map(({id, messageId}) => ({messageId: messageId ?? '', letterId: id})))
  }
  return buried
}

const letterFacts = {
  attempt: 1,
  class: 'permanent',
  executed: 'no',
  code: 'sap:VP/204',
  text: 'Customer does not exist',
  stage: 'call',
  headers: {},
  raw: Buffer.alloc(0),
  rawHash: Buffer.alloc(0),
  diedAt: new Date('2026-03-02T05:04:09Z'),
} as const

const batchSize = 1000
