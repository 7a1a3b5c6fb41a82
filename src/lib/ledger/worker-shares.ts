import type {Queryable, Transaction} from '#lib/db/database.js'

/** What a worker has and wants of a destination's slots. */
export interface WorkerShare {
  readonly worker: string
  readonly inUse: number
  /** Calls under way and deliveries that wait for one. */
  readonly demand: number
  readonly granted: number
}

export interface SharesOfDestination extends WorkerShare {
  readonly destination: string
}

/** The shares of all workers whose lease has not expired. The destination is locked by the caller. */
export async function readShares(tx: Transaction, destination: string): Promise<readonly WorkerShare[]> {
  const {rows} = await tx.query<ShareRow>(
    `select ${shareColumns}
       from erpsync.worker_share
      where destination = $1
        and expires_at > clock_timestamp()
      order by worker`,
    [destination],
  )
  return rows.map(toShare)
}

/** The same for all destinations, for people. */
export async function listShares(database: Queryable): Promise<readonly SharesOfDestination[]> {
  const {rows} = await database.query<ShareRow>(
    `select ${shareColumns}
       from erpsync.worker_share
      where expires_at > clock_timestamp()
      order by destination, worker`,
  )
  return rows.map((row) => ({destination: row.destination, ...toShare(row)}))
}

/** Grants a share for so long, and clears away what workers that are gone have left. */
export async function writeShare(
  tx: Transaction,
  destination: string,
  {worker, inUse, demand, granted}: WorkerShare,
  leaseMs: number,
): Promise<void> {
  await tx.query(
    `delete from erpsync.worker_share
      where destination = $1
        and expires_at < clock_timestamp() - interval '1 minute'`,
    [destination],
  )
  await tx.query(
    `insert into erpsync.worker_share (destination, worker, in_use, demand, granted, expires_at)
     values ($1, $2, $3, $4, $5, clock_timestamp() + $6 * interval '1 millisecond')
         on conflict (destination, worker) do update
        set in_use     = excluded.in_use,
            demand     = excluded.demand,
            granted    = excluded.granted,
            expires_at = excluded.expires_at`,
    [destination, worker, inUse, demand, granted, leaseMs],
  )
}

/** Gives all of a worker's shares back: its calls are over and it makes no more. */
export async function removeShares(database: Queryable, worker: string): Promise<void> {
  await database.query('delete from erpsync.worker_share where worker = $1', [worker])
}

const shareColumns = 'destination, worker, in_use, demand, granted'

interface ShareRow {
  readonly destination: string
  readonly worker: string
  readonly in_use: number
  readonly demand: number
  readonly granted: number
}

function toShare({worker, in_use, demand, granted}: ShareRow): WorkerShare {
  return {worker, inUse: in_use, demand, granted}
}
