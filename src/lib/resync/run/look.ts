import {againIfBrokenOff} from '#lib/db/again.js'
import type {Database, Transaction} from '#lib/db/database.js'
import {wait} from '#lib/kernel/wait.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import {type JudgedItem, judgeItems} from './judge-items.js'
import {beginnerOf, findRun, type Lease, lockRun, renewLease, type ResyncRun} from './resync-run.js'

interface Look {
  readonly run: ResyncRun
  /** What had its outcome found just now. */
  readonly judged: readonly JudgedItem[]
  /** It is running, but not by us. */
  readonly isTakenOver: boolean
}

/** Judges what was sent, finishes what is done, and tells how the run stands. */
export async function lookAt(
  database: Database,
  id: string,
  operator: Operator,
  /** The lease to renew on this occasion; null for none. */
  lease: Lease | null,
): Promise<Look> {
  return againIfBrokenOff(async () =>
    database.transaction(async (tx) => {
      const before = await mustLock(tx, id)
      const isOurs = lease === null || before.state !== 'running' || (await renewLease(tx, id, lease))
      if (!isOurs) return {run: before, judged: [], isTakenOver: true}
      const judged = before.counts.sent > 0 ? await judgeItems(tx, id) : []
      return {run: await finishIfDone(tx, id, operator), judged, isTakenOver: false}
    }),
  )
}

/** Gives the lease back, so that what was sent is judged by whoever comes by. */
export async function leaveRun(database: Database, id: string, {owner}: Lease, operator: Operator): Promise<ResyncRun> {
  return database.transaction(async (tx) => {
    await lockRun(tx, id)
    await tx.query(
      `update erpsync.resync_run set lease_owner = null, lease_until = null where id = $1 and lease_owner = $2`,
      [id, owner],
    )
    return finishIfDone(tx, id, operator)
  })
}

/**
 * Judges what is still on its way, of a run that sends nothing more, until all
 * of it has an outcome, somebody goes on with it, or the time is up.
 */
export async function drainRun(
  database: Database,
  id: string,
  {
    operator,
    timeoutMs,
    onProgress,
  }: {readonly operator: Operator; readonly timeoutMs: number; readonly onProgress: (run: ResyncRun) => void},
): Promise<ResyncRun> {
  const deadline = performance.now() + Math.min(timeoutMs, longestDrainMs)
  const never = new AbortController().signal
  for (;;) {
    const {run} = await lookAt(database, id, operator, null)
    onProgress(run)
    if (run.counts.sent === 0 || run.state === 'running' || performance.now() >= deadline) return run
    await wait(pollMs, never)
  }
}

/** Gives outcomes to what runs have sent that nobody carries out at the moment. */
export async function judgeUnattended(database: Database): Promise<void> {
  const {rows} = await database.query<{id: string}>(
    `select id
       from erpsync.resync_run
      where sent > 0
        and (lease_until is null or lease_until <= clock_timestamp())
      order by seq`,
  )
  for (const {id} of rows) await judgeIfUnattended(database, id)
}

/** The same for one run, which may be none; tells how it stands. */
export async function judgeIfUnattended(database: Database, id: string): Promise<ResyncRun | undefined> {
  const seen = await findRun(database, id)
  if (seen === undefined || seen.owner !== null || seen.counts.sent === 0) return seen
  return database.transaction(async (tx) => {
    const run = await mustLock(tx, id)
    if (run.owner !== null) return run
    await judgeItems(tx, id)
    return finishIfDone(tx, id, beginnerOf(run))
  })
}

async function finishIfDone(tx: Transaction, id: string, operator: Operator): Promise<ResyncRun> {
  const run = await mustLock(tx, id)
  if (run.state !== 'running' || run.counts.sent > 0 || run.counts.pending > 0) return run
  await tx.query(
    `update erpsync.resync_run
        set state = 'finished', finished_at = now(), changed_by = $2, lease_owner = null, lease_until = null
      where id = $1`,
    [id, operator.actor],
  )
  const finished = await mustLock(tx, id)
  await recordAction(tx, operator, {
    action: 'resync.finish',
    operationId: id,
    flow: run.flow,
    after: {...finished.counts},
  })
  return finished
}

async function mustLock(tx: Transaction, id: string): Promise<ResyncRun> {
  const run = await lockRun(tx, id)
  if (run === undefined) throw new Error(`resync ${id} is gone`)
  return run
}

const pollMs = 100
const longestDrainMs = 60_000
