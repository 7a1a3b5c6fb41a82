import type {Database} from '#lib/db/database.js'
import type {Clock} from '#lib/kernel/clock.js'
import type {Log} from '#lib/kernel/log.js'

/** What the gates of one worker use. */
export interface GateParts {
  /** The worker, by the name its leases carry. */
  readonly name: string
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Aborts what is still under way when the time to drain is over. */
  readonly signal: AbortSignal
}
