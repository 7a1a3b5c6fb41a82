import {persist} from '#lib/db/persist.js'
import type {Entry} from './permit.js'
import type {Handed} from './handed.js'
import type {WorkerParts} from './worker-parts.js'

/**
 * Gives a delivery that was not let in to PostgreSQL: a copy for the same
 * attempt is scheduled, and the one in hand is acknowledged. So neither a long
 * outage nor many restarts in one wear out the broker's patience, which counts
 * how often a copy was given back.
 */
export async function setAside(
  worker: WorkerParts,
  {messageId, attempt, lane, parts, delivery}: Handed,
  reason: Exclude<Entry['kind'], 'admitted'>,
): Promise<void> {
  const dueInMs = reason === 'stopped' ? 0 : comeBackMs
  const isScheduled = await persist(async () => worker.book.setAside({messageId, attempt, lane, dueInMs}), worker)
  worker.log.debug({messageId, flow: parts.flow.name, reason}, 'delivery set aside')
  if (isScheduled) delivery.ack()
  // Not in the ledger: only the broker has it.
  else delivery.release()
}

const comeBackMs = 30_000
