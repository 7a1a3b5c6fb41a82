import {Command, Flags} from '@oclif/core'
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

  /** Ends the command with a code other than 0 after its result was printed. */
  protected exitWith(code: number): void {
    process.exitCode = code
  }

  /** One line of talk, on stderr, so that stdout stays the result. */
  protected say(line: string): void {
    process.stderr.write(`${line}\n`)
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
