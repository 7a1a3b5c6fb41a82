import type {Database} from '#lib/db/database.js'
import {insertLetters} from '#lib/deadletters/insert-letters.js'
import type {Failure} from '#lib/kernel/failure.js'
import {newId} from '#lib/kernel/ids.js'
import {claimAttempts} from '#lib/ledger/claim.js'
import {lockMessages} from '#lib/ledger/lock.js'
import {settleAttempts} from '#lib/ledger/settle.js'
import {failure} from './failure.js'

/** Has accepted messages die at their first attempt, and tells the ids of their letters. */
export async function buryAccepted(
  database: Database,
  messageIds: readonly string[],
  changes: Partial<Failure> = {},
): Promise<readonly string[]> {
  const reason = failure({class: 'permanent', executed: 'no', code: 'sap:V1/302', ...changes})
  return database.transaction(async (tx) => {
    await claimAttempts(
      tx,
      messageIds.map((messageId) => ({messageId, attempt: 1, lane: 'work', worker: 'test'}) as const),
    )
    await settleAttempts(
      tx,
      messageIds.map((messageId) => ({kind: 'dead', messageId, attempt: 1, failure: reason}) as const),
    )
    await lockMessages(tx, messageIds)
    const letters = messageIds.map((messageId) => ({...letterOf(reason), messageId}))
    await insertLetters(tx, letters, [])
    return letters.map(({id}) => id)
  })
}

function letterOf({class: failureClass, executed, code, text, stage}: Failure) {
  return {
    id: newId(),
    flow: 'sales-order',
    attempt: 1,
    class: failureClass,
    executed,
    code,
    text,
    stage,
    headers: {},
    raw: Buffer.from(''),
    rawHash: Buffer.from(''),
    diedAt: new Date(),
  }
}
