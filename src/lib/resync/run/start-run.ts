import {errorCode} from '#lib/kernel/errors.js'
import {toJsonb} from '#lib/db/jsonb.js'
import type {Database, Transaction} from '#lib/db/database.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import type {Guards} from '#lib/metering/guards.js'
import type {Entry} from '#lib/resync/entry.js'
import type {InternalSide} from '#lib/resync/internal/internal-side.js'
import {newRunId} from '#lib/kernel/run-id.js'
import {findMoved, type Moved} from './find-moved.js'
import type {Lease} from './resync-run.js'

/** What is to be sent, and how carefully. */
export interface RunRequest {
  readonly flow: string
  readonly selection: string
  /** Checksum of the plan's file; null if there is none. */
  readonly planSha256: string | null
  readonly guards: Guards
  readonly window: string | null
  /** Who says what is to be sent. */
  readonly internal: InternalSide
  readonly entries: () => AsyncIterable<Entry> | Iterable<Entry>
}

export type Starting =
  | {readonly kind: 'started'; readonly id: string}
  /** Keys of the plan are not where they were: how many, and the first of them. */
  | {readonly kind: 'moved'; readonly count: number; readonly moved: readonly Moved[]}
  /** Keys of it are in another live run. */
  | {readonly kind: 'taken'}

/**
 * Begins a run: freezes what it sends, in the order of the plan. All of it or
 * nothing: not if one key has moved since it was planned, nor if another live
 * run has one of them.
 */
export async function startRun(
  database: Database,
  request: RunRequest,
  lease: Lease,
  operator: Operator,
): Promise<Starting> {
  const id = newRunId('S')
  try {
    await database.transaction(async (tx) => {
      await insertRun(tx, id, request, lease, operator)
      const moved = await insertItems(tx, id, request)
      if (moved.count > 0) throw new KeysMoved(moved)
      const {flow, selection, planSha256} = request
      await recordAction(tx, operator, {
        action: 'resync.start',
        operationId: id,
        flow,
        after: {selection, plan: planSha256, keys: moved.inserted},
      })
    })
  } catch (error) {
    if (error instanceof KeysMoved) return {kind: 'moved', ...error.found}
    if (errorCode(error) === uniqueViolation) return {kind: 'taken'}
    throw error
  }
  // Else PostgreSQL takes the table for a small one, and reads all of it for each batch that is sent.
  await database.query('analyze erpsync.resync_item')
  return {kind: 'started', id}
}

interface MovedKeys {
  readonly count: number
  readonly moved: readonly Moved[]
}

/** Rolls back what was begun. */
class KeysMoved extends Error {
  constructor(readonly found: MovedKeys) {
    super('keys have moved')
  }
}

async function insertRun(
  tx: Transaction,
  id: string,
  {flow, selection, planSha256, guards, window, internal}: RunRequest,
  lease: Lease,
  {actor, host, reason, ticket}: Operator,
): Promise<void> {
  await tx.query(
    `insert into erpsync.resync_run
            (id, flow, state, selection, plan_sha256, guards, send_window, created_by, changed_by, host, reason, ticket,
             lease_owner, lease_until, internal)
     values ($1, $2, 'running', $3, $4, $5::jsonb, $6, $7, $7, $8, $9, $10, $11,
             clock_timestamp() + $12 * interval '1 millisecond', $13)`,
    [
      id,
      flow,
      selection,
      planSha256,
      toJsonb(guards),
      window,
      actor,
      host,
      reason,
      ticket,
      lease.owner,
      lease.leaseMs,
      internal.kind,
    ],
  )
}

async function insertItems(
  tx: Transaction,
  id: string,
  {flow, internal, entries}: RunRequest,
): Promise<MovedKeys & {readonly inserted: number}> {
  const moved: Moved[] = []
  let [count, inserted] = [0, 0]
  let batch: Entry[] = []
  const flush = async (): Promise<void> => {
    const found = await findMoved(tx, flow, internal, batch)
    count += found.length
    moved.push(...found.slice(0, mostNamed - moved.length))
    if (count === 0) await insertBatch(tx, {id, flow, after: inserted}, batch)
    inserted += batch.length
    batch = []
  }
  for await (const entry of entries()) {
    batch.push(entry)
    if (batch.length === batchSize) await flush()
  }
  if (batch.length > 0) await flush()
  return {count, moved, inserted}
}

async function insertBatch(
  tx: Transaction,
  {id, flow, after}: {readonly id: string; readonly flow: string; readonly after: number},
  entries: readonly Entry[],
): Promise<void> {
  await tx.query(
    `insert into erpsync.resync_item (run_id, position, flow, business_key, class, planned_from, payload_hash)
     select $1, $2 + item.number, $3, item.business_key, item.class, item.planned_from, decode(item.hash, 'hex')
       from unnest($4::text[], $5::text[], $6::uuid[], $7::text[]) with ordinality
         as item (business_key, class, planned_from, hash, number)`,
    [
      id,
      after,
      flow,
      entries.map(({key}) => key),
      entries.map(({class: kind}) => kind),
      entries.map(({message}) => message),
      entries.map(({hash}) => hash),
    ],
  )
}

const batchSize = 1000
const mostNamed = 20
const uniqueViolation = '23505'
