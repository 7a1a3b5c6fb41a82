import type {Database} from '#lib/db/database.js'
import {lockMessages} from '#lib/ledger/lock.js'
import {markDead} from '#lib/ledger/mark-dead.js'
import type {GroupingRule} from './grouping/rules.js'
import {insertLetters} from './insert-letters.js'
import type {ReadLetter} from './read-letter.js'

/** Archives dead copies in one transaction, and notes of which messages the broker gave up. */
export async function archiveLetters(
  database: Database,
  copies: readonly ReadLetter[],
  rules: readonly GroupingRule[],
): Promise<readonly undefined[]> {
  const letters = copies.map(({letter}) => letter)
  const killed = copies.filter(({killedByBroker}) => killedByBroker).map(({letter}) => letter)
  await database.transaction(async (tx) => {
    await lockMessages(
      tx,
      letters.map(({messageId}) => messageId),
    )
    await markDead(tx, killed)
    await insertLetters(tx, letters, rules)
  })
  return copies.map(() => undefined)
}
