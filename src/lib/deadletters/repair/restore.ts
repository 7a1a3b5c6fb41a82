import type {Database, Transaction} from '#lib/db/database.js'
import type {LetterState} from '#lib/deadletters/letters.js'
import {type MessageState, transition} from '#lib/kernel/state.js'
import {supersedeOlder} from '#lib/ledger/keys.js'
import {type Operator, recordActions} from '#lib/ledger/trail.js'
import {type BatchWork, inBatches, type SetAside} from './set-aside.js'

/**
 * Takes discarded letters back: they are open again, and their messages dead.
 * Refused where a newer version of the key, or a resync, has taken its place meanwhile. Each
 * is written to the trail.
 */
export async function restoreLetters(
  database: Database,
  letterIds: readonly string[],
  {operator, operationId}: {readonly operator: Operator; readonly operationId: string},
  options: Parameters<typeof inBatches>[3],
): Promise<SetAside> {
  const work: BatchWork = async (tx, {letterIds: batch, keys}) => {
    const letters = (await lockDiscarded(tx, batch)).map((letter) => ({...letter, why: obstacle(letter)}))
    const restorable = letters.filter(({why}) => why === undefined)
    await reviveMessages(
      tx,
      restorable.flatMap(({messageId}) => messageId ?? []),
    )
    await reopenLetters(
      tx,
      restorable.map(({id}) => id),
    )
    // Of two versions that are restored together, the newer one overtakes the older.
    await supersedeOlder(tx, keys)
    await recordActions(
      tx,
      operator,
      restorable.map(({id, flow, messageId, code}) => ({
        action: 'dlq.restore',
        operationId,
        flow,
        letterId: id,
        ...(messageId === null ? {} : {messageId}),
        before: {state: 'discarded', code},
        after: {state: 'open'},
      })),
    )
    return {
      done: restorable.map(({id}) => id),
      refused: letters.flatMap(({id, why}) => (why === undefined ? [] : [{letterId: id, why}])),
      released: 0,
    }
  }
  return inBatches(database, letterIds, work, options)
}

interface DiscardedLetter {
  readonly id: string
  readonly flow: string
  readonly messageId: string | null
  readonly state: LetterState
  readonly code: string | null
  readonly messageState: MessageState | null
  /** A later message of the key that has taken its place; null if there is none. */
  readonly newer: string | null
  /** The message of a resync that goes by its reference now. */
  readonly repeatedBy: string | null
}

function obstacle({state, messageId, messageState, newer, repeatedBy}: DiscardedLetter): string | undefined {
  if (state !== 'discarded') return `is ${state}, not discarded`
  if (messageId !== null && messageState !== 'discarded') return `its message is ${messageState ?? 'gone'}`
  if (repeatedBy !== null) return `a resync has taken its place (message ${repeatedBy})`
  return newer === null ? undefined : `a newer version of its key has gone on (message ${newer})`
}

async function lockDiscarded(tx: Transaction, ids: readonly string[]): Promise<readonly DiscardedLetter[]> {
  const {rows} = await tx.query<DiscardedRow>(
    `select l.id, l.flow, l.message_id, l.state, l.discard_code, m.state as message_state,
            m.repeated_by, newer.id as newer
       from erpsync.dead_letter l
       left join erpsync.message m on m.id = l.message_id
       left join lateral (
              select n.id
                from erpsync.message n
               where n.flow = m.flow
                 and n.business_key = m.business_key
                 and n.ordering <> 'none'
                 and m.ordering <> 'none'
                 and (coalesce(n.version_rank, ''), n.seq) > (coalesce(m.version_rank, ''), m.seq)
                 and n.state <> 'discarded'
                 and (m.ordering = 'latest' or n.state <> 'held')
               order by coalesce(n.version_rank, '') desc, n.seq desc
               limit 1) newer on true
      where l.id = any ($1::uuid[])
      order by l.seq
        for update of l`,
    [ids],
  )
  return rows.map(({message_id, discard_code, message_state, repeated_by, ...same}) => ({
    ...same,
    messageId: message_id,
    code: discard_code,
    messageState: message_state,
    repeatedBy: repeated_by,
  }))
}

interface DiscardedRow extends Pick<DiscardedLetter, 'id' | 'flow' | 'state' | 'newer'> {
  readonly message_id: string | null
  readonly discard_code: string | null
  readonly message_state: MessageState | null
  readonly repeated_by: string | null
}

async function reviveMessages(tx: Transaction, ids: readonly string[]): Promise<void> {
  const {from, to} = transition('restored')
  await tx.query(
    `update erpsync.message
        set state = $2, finished_at = null
      where id = any ($1::uuid[])
        and state = any ($3)`,
    [ids, to, from],
  )
}

async function reopenLetters(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx.query(
    `update erpsync.dead_letter
        set state = 'open', decided_at = null, discarded_at = null, discard_code = null, discarded_by = null,
            discard_reason = null
      where id = any ($1::uuid[])`,
    [ids],
  )
}
