import {format} from 'node:util'
import {Command, Flags} from '@oclif/core'
import {type Config, requireSecrets} from '#lib/config/load.js'
import {type Database, openDatabase} from '#lib/db/database.js'
import {requireCurrentSchema} from '#lib/db/migrate.js'
import {errorMessage, ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {JobFlags} from './job-flags.js'
import {type Job, openJob} from './open-job.js'

/** What every failed command prints under `--json`. */
interface ErrorEnvelope {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly hint?: string
    readonly exitCode: number
  }
}

/**
 * What all commands share: `--config` and `--json`, one table of exit codes
 * (oclif alone loses them under `--json`), and errors that tell what to type next.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true

  static override baseFlags = {
    config: Flags.string({
      summary: 'configuration file',
      env: 'ERPSYNC_CONFIG',
      default: 'erpsync.yaml',
      helpGroup: 'GLOBAL',
    }),
  }

  readonly #opened: Database[] = []
  #job: Job | undefined
  #held: string[] | null = null
  #isTimedOut = false

  /** The ledger, opened on first use, so that `--help` and a bad flag touch no network; closed at the end. */
  protected async ledger(config: Config): Promise<Database> {
    const database = this.database(config)
    await requireCurrentSchema(database)
    return database
  }

  /** The database as it is, whatever its schema. */
  protected database(config: Config): Database {
    requireSecrets(config, 'postgres')
    const database = openDatabase(config.postgres.url, {applicationName: `erpsync ${this.id ?? ''}`.trim()})
    this.#opened.push(database)
    return database
  }

  /** Ends the command with a code other than 0 after its result was printed. */
  protected exitWith(code: number): void {
    process.exitCode = this.#codeFor(code)
  }

  /** One line of talk, on stderr, so that stdout stays the result. */
  protected say(line: string): void {
    if (this.#held === null) process.stderr.write(`${line}\n`)
    else this.#held.push(line)
  }

  override log(message = '', ...parts: unknown[]): void {
    if (this.#held === null || this.jsonEnabled()) super.log(message, ...parts)
    else this.#held.push(format(message, ...parts))
  }

  /**
   * Begins a run of the job that the flags name: from now on nothing is said, unless the command fails, and how it ends is
   * written down. Without `--cron` nothing of that. For commands that end in good order on SIGTERM.
   *
   * @throws ErpSyncError 75 if another process runs the job; 0 with `--if-locked skip`.
   */
  protected async beginJob(database: Database | null, flags: JobFlags): Promise<Job> {
    if (flags.cron) this.#hush()
    this.#job = await openJob(database, flags)
    if (flags['time-limit'] !== undefined) this.#limitTime(flags['time-limit'])
    return this.#job
  }

  protected override async finally(error?: Error): Promise<void> {
    const end = {exitCode: currentExitCode(), error, isTimedOut: this.#isTimedOut}
    await this.#job?.end(end).catch((failed: unknown) => {
      if (end.exitCode === exitCodes.ok) this.exitWith(exitCodeOf(failed))
      this.say(`Error: how the job ended could not be written down: ${errorMessage(failed)}`)
    })
    this.#endHush(currentExitCode())
    await Promise.all(this.#opened.map(async (database) => database.close()))
  }

  #hush(): void {
    this.#held = []
    // Some ends pass by `finally`: a second signal, and what crashes the process.
    process.once('exit', (code) => this.#endHush(code))
  }

  #endHush(exitCode: number): void {
    const held = this.#held ?? []
    this.#held = null
    if (exitCode !== exitCodes.ok && held.length > 0) process.stderr.write(`${held.join('\n')}\n`)
  }

  /** What ends in good order on a signal ends so when its time is up, and says so by its code. */
  #limitTime(ms: number): void {
    const end = (): void => {
      this.#isTimedOut = process.emit('SIGTERM', 'SIGTERM')
      // There are moments at which nobody listens, such as before the first key is sent.
      if (!this.#isTimedOut) setTimeout(end, 100).unref()
    }
    setTimeout(end, Math.min(ms, longestTimerMs)).unref()
  }

  #codeFor(code: number): number {
    return this.#isTimedOut && code === exitCodes.terminated ? exitCodes.pending : code
  }

  protected override async catch(thrown: Error & {exitCode?: number; oclif?: {exit?: number}}): Promise<unknown> {
    this.exitWith(exitCodeOf(thrown))
    if (this.jsonEnabled()) {
      this.logJson(this.toErrorJson(thrown))
      return undefined
    }
    if (thrown instanceof ErpSyncError) {
      this.say(`Error: ${thrown.message}`)
      if (thrown.hint !== undefined) this.say(thrown.hint)
      return undefined
    }
    return super.catch(thrown)
  }

  protected override toErrorJson(thrown: unknown): ErrorEnvelope {
    const known = thrown instanceof ErpSyncError
    return {
      error: {
        code: known ? thrown.code : exitCodeOf(thrown) === exitCodes.usage ? 'usage' : 'bug',
        message: thrown instanceof Error ? thrown.message : String(thrown),
        ...(known && thrown.hint !== undefined ? {hint: thrown.hint} : {}),
        exitCode: this.#codeFor(exitCodeOf(thrown)),
      },
    }
  }
}

function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof ErpSyncError) return thrown.exitCode
  if (typeof thrown !== 'object' || thrown === null) return exitCodes.bug
  if ('oclif' in thrown && typeof thrown.oclif === 'object' && thrown.oclif !== null && 'exit' in thrown.oclif) {
    return Number(thrown.oclif.exit)
  }
  return exitCodes.bug
}

function currentExitCode(): number {
  return Number(process.exitCode ?? exitCodes.ok)
}

/** A timer that is longer goes off at once. */
const longestTimerMs = 2 ** 31 - 1
