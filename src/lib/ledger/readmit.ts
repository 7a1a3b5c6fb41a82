import type {Transaction} from '#lib/db/database.js'
import {transition} from '#lib/kernel/state.js'
import {scheduleCopies} from './outbox.js'

/** A dead message that is to go to SAP again. */
export interface Readmission {
  readonly messageId: string
  /** Whether SAP may have it: then SAP is asked before anything is sent. */
  readonly mayBeExecuted: boolean
}

/**
 * Puts dead messages, which the caller has locked, back on their way, in the order given, with fresh strikes and a fresh age.
 *
 * @returns the ids that were put back; the others are not dead (any more).
 */
export async function readmitMessages(
  tx: Transaction,
  readmissions: readonly Readmission[],
): Promise<ReadonlySet<string>> {
  const fresh = transition('replayed')
  const doubted = transition('replayed_in_doubt')
  const {rows} = await tx.query<{id: string; attempts: number}>(
    `update erpsync.message m
        set state       = case when a.may_be_executed and m.attempts > 0 then $3 else $4 end,
            probe_after = case when a.may_be_executed and m.attempts > 0 then now() end,
            strikes     = 0,
            resends     = 0,
            under_way_since = now()
       from unnest($1::uuid[], $2::boolean[]) as a (id, may_be_executed)
      where m.id = a.id
        and m.state = any ($5)
        -- its successors have gone on; sent now, it would overwrite them
        and not m.waived
     returning m.id, m.attempts`,
    [
      readmissions.map(({messageId}) => messageId),
      readmissions.map(({mayBeExecuted}) => mayBeExecuted),
      doubted.to,
      fresh.to,
      fresh.from,
    ],
  )
  const attempts = new Map(rows.map((row) => [row.id, row.attempts]))
  await scheduleCopies(
    tx,
    readmissions.flatMap(({messageId, mayBeExecuted}) => {
      const begun = attempts.get(messageId)
      if (begun === undefined) return []
      // A look-up belongs to the newest attempt; a fresh call is the next one.
      const attempt = mayBeExecuted && begun > 0 ? begun : begun + 1
      return [{messageId, lane: 'replay', attempt, dueInMs: 0} as const]
    }),
  )
  return new Set(attempts.keys())
}
