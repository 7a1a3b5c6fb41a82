import {format} from 'node:util'
import {Command, Flags} from '@oclif/core'
import {type Config, requireSecrets} from '#lib/config/load.js'
import {type Database, openDatabase} from '#lib/db/database.js'
import {requireCurrentSchema} from '#lib/db/migrate.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

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
  readonly #endings: ((exitCode: number, error: unknown) => Promise<void>)[] = []
  #held: string[] | null = null

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
    process.exitCode = code
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

  /** From now on nothing is said, unless the command fails: then all of it, on stderr. */
  protected hush(): void {
    if (this.#held !== null) return
    this.#held = []
    // Some ends pass by `finally`: a second signal, and what crashes the process.
    process.once('exit', (code) => this.#endHush(code))
  }

  /** Has something done when the command has ended, however it did, while the databases are still open. */
  protected atEnd(ending: (exitCode: number, error: unknown) => Promise<void>): void {
    this.#endings.push(ending)
  }

  protected override async finally(error?: Error): Promise<void> {
    try {
      for (const end of this.#endings) await end(Number(process.exitCode ?? exitCodes.ok), error)
    } finally {
      this.#endHush(Number(process.exitCode ?? exitCodes.ok))
      await Promise.all(this.#opened.map(async (database) => database.close()))
    }
  }

  #endHush(exitCode: number): void {
    const held = this.#held ?? []
    this.#held = null
    if (exitCode !== exitCodes.ok && held.length > 0) process.stderr.write(`${held.join('\n')}\n`)
  }

  protected override async catch(thrown: Error & {exitCode?: number; oclif?: {exit?: number}}): Promise<unknown> {
    process.exitCode = exitCodeOf(thrown)
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
        exitCode: exitCodeOf(thrown),
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
