import type {Transaction} from '#lib/db/database.js'
import {transition} from '#lib/kernel/state.js'
import {lockKeysOf, releaseHeld, supersedeOlder} from './keys.js'
import {lockMessages} from './lock.js'

/**
 * Notes that the broker gave up on copies: of messages that are still under way
 * by the attempt of that copy. A copy for an older attempt says nothing; a
 * message that waits does so for the attempt after its newest.
 */
export async function markDead(
  tx: Transaction,
  copies: readonly {readonly messageId: string | null; readonly attempt: number}[],
): Promise<void> {
  if (copies.length === 0) return
  const ids = copies.flatMap(({messageId}) => messageId ?? [])
  const keys = await lockKeysOf(tx, ids)
  await lockMessages(tx, ids)
  const {from, to} = transition('settled_dead')
  await tx.query(
    `update erpsync.message m
        set state = $3, retry_at = null, probe_after = null
       from unnest($1::uuid[], $2::integer[]) as c (id, attempt)
      where m.id = c.id
        and c.attempt >= m.attempts + (m.state not in ('in_flight', 'in_doubt'))::integer
        and m.state = any ($4)`,
    [copies.map(({messageId}) => messageId), copies.map(({attempt}) => attempt), to, from],
  )
  await supersedeOlder(tx, keys)
  await releaseHeld(tx, keys)
}
