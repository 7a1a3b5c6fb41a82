import type {Publisher} from '#lib/broker/publisher.js'
import type {Database} from '#lib/db/database.js'
import type {Clock} from '#lib/kernel/clock.js'
import type {Log} from '#lib/kernel/log.js'
import type {Book} from '#lib/ledger/book.js'
import type {Gate} from './gate.js'

/** What every delivery of one worker process uses. */
export interface WorkerParts {
  /** Host and process, written on attempts and dead letters. */
  readonly name: string
  readonly database: Database
  readonly book: Book
  /** Stands before every delivery, for the sake of SAP. */
  readonly gate: Gate
  readonly publisher: Publisher
  readonly prefix: string
  readonly clock: Clock
  readonly log: Log
  /** Aborts calls and waits that are still under way when the time to drain is over. */
  readonly signal: AbortSignal
}
