import {againIfBrokenOff} from '#lib/db/again.js'
import type {Database} from '#lib/db/database.js'
import {wait} from '#lib/kernel/wait.js'
import type {Operator} from '#lib/ledger/trail.js'
import {finishIfDone} from './finish.js'
import {type JudgedItem, judgeItems} from './judge-items.js'
import {lockOperation, type Operation} from './operation.js'
import {renewLease} from './send-items.js'
import type {Lease} from './start.js'

interface Look {
  readonly operation: Operation
  /** What had its outcome found just now. */
  readonly judged: readonly JudgedItem[]
  /** It is running, but not by us. */
  readonly isTakenOver: boolean
}

/** Judges what was sent, finishes what is done, and tells how the operation stands. */
export async function lookAt(
  database: Database,
  id: string,
  operator: Operator,
  /** The lease to renew on this occasion; null for none. */
  lease: Lease | null,
): Promise<Look> {
  return againIfBrokenOff(async () =>
    database.transaction(async (tx) => {
      const before = await lockOperation(tx, id)
      if (before === undefined) throw new Error(`operation ${id} is gone`)
      const isOurs = lease === null || before.state !== 'running' || (await renewLease(tx, id, lease))
      if (!isOurs) return {operation: before, judged: [], isTakenOver: true}
      const judged = before.counts.sent > 0 ? await judgeItems(tx, id) : []
      return {operation: await finishIfDone(tx, id, operator), judged, isTakenOver: false}
    }),
  )
}

/** Gives the lease back, so that what was sent is judged by whoever comes by. */
export async function leaveOperation(
  database: Database,
  id: string,
  {owner}: Lease,
  operator: Operator,
): Promise<Operation> {
  return database.transaction(async (tx) => {
    await lockOperation(tx, id)
    await tx.query(
      `update erpsync.operation set lease_owner = null, lease_until = null where id = $1 and lease_owner = $2`,
      [id, owner],
    )
    return finishIfDone(tx, id, operator)
  })
}

/**
 * Judges what is still on its way, of an operation that sends nothing more,
 * until all of it has an outcome, somebody goes on with it, or the time is up.
 */
export async function drainOperation(
  database: Database,
  id: string,
  {
    operator,
    timeoutMs,
    onProgress,
  }: {
    readonly operator: Operator
    readonly timeoutMs: number
    readonly onProgress: (operation: Operation) => void
  },
): Promise<Operation> {
  const deadline = performance.now() + Math.min(timeoutMs, longestDrainMs)
  const never = new AbortController().signal
  for (;;) {
    const {operation} = await lookAt(database, id, operator, null)
    onProgress(operation)
    if (operation.counts.sent === 0 || operation.state === 'running' || performance.now() >= deadline) return operation
    await wait(pollMs, never)
  }
}

const pollMs = 100
const longestDrainMs = 60_000
