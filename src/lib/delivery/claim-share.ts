import type {LimitSettings} from '#lib/config/schema.js'
import {limitInForce} from '#lib/config/limit-in-force.js'
import type {Database, Transaction} from '#lib/db/database.js'
import {lockDestination, type LockedDestination, writeAdaptiveLimit} from '#lib/ledger/destinations.js'
import {readShares, type WorkerShare, writeShare} from '#lib/ledger/worker-shares.js'
import {adaptLimit, type Observer} from './adaptive-limit.js'
import {type Share, shareSlots} from './share-slots.js'

interface ShareClaim {
  readonly destination: string
  /** `granted` is what the worker means to keep at least: what it uses, or may use before it hears the answer. */
  readonly self: WorkerShare
  readonly limits: LimitSettings
  readonly observer: Observer
}

/** What a worker may use of the destination, until the lease is over. */
export interface GrantedShare extends Share {
  /** Calls at once of all workers together. */
  readonly limit: number
}

/**
 * Renews a worker's lease on its share of the slots. The destination is locked
 * meanwhile, so that no two workers are granted the same slot.
 */
export async function claimShare(
  database: Database,
  {destination, self, limits, observer}: ShareClaim,
  leaseMs: number,
): Promise<GrantedShare> {
  return database.transaction(async (tx) => {
    const locked = await lockDestination(tx, destination)
    const limit = await currentLimit(tx, locked, limits, observer)
    const others = (await readShares(tx, destination)).filter(({worker}) => worker !== self.worker)
    const turn = Math.floor(locked.now.getTime() / turnMs)
    const share = shareSlots({limit, self, others, turn})
    await writeShare(tx, destination, {...self, granted: share.granted}, leaseMs)
    return {...share, limit}
  })
}

/** The configured concurrency, or the one found by observation, which whoever comes first adapts for all. */
async function currentLimit(
  tx: Transaction,
  {name, adaptiveLimit, adaptedAgoMs}: LockedDestination,
  limits: LimitSettings,
  observer: Observer,
): Promise<number> {
  const limit = limitInForce(limits, adaptiveLimit)
  if (limits.adaptive === undefined || (adaptedAgoMs !== null && adaptedAgoMs < adaptEveryMs)) return limit
  const adapted = adaptLimit(limit, observer.look(), limits.adaptive)
  await writeAdaptiveLimit(tx, name, adapted)
  return adapted
}

/** A little less than the time between two renewals of one worker. */
const adaptEveryMs = 1900
const turnMs = 30_000
