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
    process.stderr.write(`${line}\n`)
  }

  protected override async finally(): Promise<void> {
    await Promise.all(this.#opened.map(async (database) => database.close()))
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
