import type {Database} from '#lib/db/database.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {actByHand, type ByHand} from '#lib/ledger/by-hand.js'
import {readKey} from '#lib/ledger/held-keys.js'
import type {Operator} from '#lib/ledger/trail.js'
import {byHandError} from './by-hand-error.js'

/** What was done to the dead message at the head of a key. */
export interface HeadResult {
  readonly messageId: string
  /** Messages of the key that went on. */
  readonly released: number
}

/**
 * Acts on the message that holds up a key.
 *
 * @throws ErpSyncError 2 if nothing holds it up, 7 if the message is not dead.
 */
export async function actOnHead(
  database: Database,
  {flow, key}: {readonly flow: string; readonly key: string},
  action: ByHand,
  operator: Operator,
): Promise<HeadResult> {
  const head = (await readKey(database, flow, key)).find(({waived}) => !waived)
  if (!head) {
    throw new ErpSyncError(`Nothing of ${flow} ${key} is under way.`, {
      code: 'unknown_key',
      exitCode: exitCodes.usage,
      hint: 'Type: erpsync key list',
    })
  }
  const outcome = await actByHand(database, head.id, action, operator)
  if (outcome.kind !== 'done') throw byHandError(head.id, outcome)
  return {messageId: head.id, released: outcome.released}
}
