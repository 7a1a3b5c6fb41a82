import assert from 'node:assert/strict'
import type {Database} from '#lib/db/database.js'
import {openDatabase} from '#lib/db/database.js'
import {migrateDatabase} from '#lib/db/migrate.js'
import {acceptDocuments} from '#lib/intake/accept.js'
import {type ClaimAnswer, claimAttempts} from '#lib/ledger/claim.js'
import type {Settlement} from '#lib/ledger/settle.js'
import {settleAttempts} from '#lib/ledger/settle.js'
import {failure} from './failure.js'
import {freshDatabase} from './fresh-database.js'
import {admissible, order} from './orders.js'

/** A migrated ledger for one test file alone. */
export interface TestLedger {
  readonly database: Database
  readonly url: string
  /** Accepts an order and tells the id of its message. */
  readonly accept: (orderId: string) => Promise<string>
  readonly claim: (messageId: string, attempt?: number) => Promise<ClaimAnswer>
  readonly settle: (...settlements: readonly Settlement[]) => Promise<readonly boolean[]>
  readonly stateOf: (messageId: string) => Promise<string | undefined>
  /** The copies that are scheduled and not published, oldest first. */
  readonly copiesOf: (messageId: string) => Promise<readonly {readonly lane: string; readonly attempt: number}[]>
  readonly close: () => Promise<void>
}

export async function openLedger(): Promise<TestLedger> {
  const fresh = await freshDatabase(migrateDatabase)
  const database = openDatabase(fresh.url, {max: 8})
  return {
    database,
    url: fresh.url,
    accept: async (orderId) => {
      const [verdict] = await acceptDocuments(database, {flow: 'sales-order', ordering: 'none'}, [
        admissible(order(orderId)),
      ])
      assert.ok(verdict?.kind === 'accepted', JSON.stringify(verdict))
      return verdict.id
    },
    claim: async (messageId, attempt = 1) => {
      const [answer] = await database.transaction(async (tx) =>
        claimAttempts(tx, [{messageId, attempt, lane: 'work', worker: 'test'}]),
      )
      assert.ok(answer)
      return answer
    },
    settle: async (...settlements) => database.transaction(async (tx) => settleAttempts(tx, settlements)),
    stateOf: async (messageId) => {
      const {rows} = await database.query<{state: string}>('select state from erpsync.message where id = $1', [
        messageId,
      ])
      return rows[0]?.state
    },
    copiesOf: async (messageId) => {
      const {rows} = await database.query<{lane: string; attempt: number}>(
        `select lane, attempt
           from erpsync.outbox
          where message_id = $1 and published_at is null
          order by id`,
        [messageId],
      )
      return rows
    },
    close: async () => {
      await database.close()
      await fresh.drop()
    },
  }
}

/** An attempt that failed and is to be repeated. */
export function retry(messageId: string, attempt = 1): Extract<Settlement, {kind: 'retry'}> {
  return {
    kind: 'retry',
    messageId,
    attempt,
    failure: failure(),
    waitMs: 1000,
    strike: true,
    resend: false,
    copy: 'schedule',
  }
}
