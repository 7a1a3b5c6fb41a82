import type {Transaction} from '#lib/db/database.js'
import {toJsonb} from '#lib/db/jsonb.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Position} from '#lib/intake/readers/line.js'
import type {BatchResult} from './batch-result.js'
import {moveOn} from './push-file.js'
import {lastSeq} from './push-run.js'

/** How far a run has come with a file, before and after a batch. */
export interface Advance {
  readonly runId: string
  readonly file: number
  readonly from: Position
  readonly to: Position
  /** Bytes of the rejects file that belong to this batch and those before it. */
  readonly rejectsBytes: number
}

/**
 * Moves the checkpoint of a file in the transaction that accepts what was read.
 *
 * @throws ErpSyncError 7 if another process has moved it, which rolls everything back.
 */
export async function moveCheckpoint(
  tx: Transaction,
  advance: Advance,
  {counts, rejects, duplicates}: BatchResult,
): Promise<void> {
  const {runId, file, rejectsBytes} = advance
  const [isOurs] = await Promise.all([
    moveOn(tx, advance),
    tx.query(
      `update erpsync.push_run
          set read = read + $2, accepted = accepted + $3, duplicate = duplicate + $4, rejected = rejected + $5,
              rejects_bytes = $6, until_seq = ${lastSeq}
        where id = $1`,
      [runId, counts.read, counts.accepted, counts.duplicate, counts.rejected, rejectsBytes],
    ),
  ])
  if (!isOurs) throw overtaken(runId)
  if (rejects.length + duplicates.length === 0) return
  await tx.query(
    `insert into erpsync.push_line (run_id, file, line, outcome, message_id, problems)
     select $1, $2, line, outcome, message_id, problems::jsonb
       from unnest($3::integer[], $4::text[], $5::uuid[], $6::text[]) as l (line, outcome, message_id, problems)`,
    [
      runId,
      file,
      [...duplicates, ...rejects].map(({line}) => line),
      [...duplicates.map(() => 'duplicate'), ...rejects.map(() => 'rejected')],
      [...duplicates.map(({messageId}) => messageId), ...rejects.map(() => null)],
      [...duplicates.map(() => null), ...rejects.map(({problems}) => toJsonb(problems))],
    ],
  )
}

function overtaken(runId: string): ErpSyncError {
  return new ErpSyncError(`Another process goes on with push run ${runId}.`, {
    code: 'push_run_overtaken',
    exitCode: exitCodes.conflict,
    hint: `Look how it stands: erpsync push show ${runId}`,
  })
}
