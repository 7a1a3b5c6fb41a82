import type {Database} from '#lib/db/database.js'
import {lockKeysOf} from '#lib/ledger/keys.js'
import {lockMessages} from '#lib/ledger/lock.js'
import {readmitMessages} from '#lib/ledger/readmit.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import {findLetter, lockOpenLetters, markReplayed} from './letters.js'

/**
 * Sends a dead message again without asking SAP first, because a person has
 * looked and SAP does not have it. Written to the trail.
 *
 * @returns false if the message has no open letter.
 */
export async function resendByHand(database: Database, messageId: string, operator: Operator): Promise<boolean> {
  return database.transaction(async (tx) => {
    await lockKeysOf(tx, [messageId])
    await lockMessages(tx, [messageId])
    const found = await findLetter(tx, messageId)
    const [letter] = found ? await lockOpenLetters(tx, [found.id]) : []
    if (!letter) return false
    const readmitted = await readmitMessages(tx, [{messageId, mayBeExecuted: false}])
    if (!readmitted.has(messageId)) return false
    await markReplayed(tx, [letter.id], operator.actor)
    await recordAction(tx, operator, {
      action: 'message.resend',
      flow: letter.flow,
      messageId,
      letterId: letter.id,
    })
    return true
  })
}
