import {Args} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {openLog} from '#lib/output/open-log.js'
import {BaseCommand} from '#cli/base-command.js'
import {logFlags} from '#cli/log-flags.js'
import {runIntake} from '#cli/run-intake.js'
import {stopCode, stopOnSignal} from '#cli/stop-on-signal.js'

export default class IntakeStart extends BaseCommand {
  static override summary = 'Take what other systems put into their inboxes, in the foreground, until told to stop.'

  static override description = `Rows of the table erpsync_inbox are accepted as a push accepts documents, and marked with what
became of them. A row that is refused is kept, with the reason, and holds up no other. One process takes from an inbox;
another one stands by until the first is gone. While the ledger or the database of an inbox is away, rows wait there.

SIGTERM or SIGINT: finishes the round under way. A second signal leaves at once; nothing is lost, and nothing goes in twice.

Exit codes: 130 or 143 stopped by a signal, 69 ledger not reachable at the start, 77 credentials refused, 78 configuration,
or no table there.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> --log-format json',
    {description: 'One inbox alone:', command: '<%= config.bin %> <%= command.id %> shop'},
  ]

  static override args = {inbox: Args.string({description: 'inbox to take from; default all', ignoreStdin: true})}

  static override flags = logFlags

  async run(): Promise<{readonly stopped: true}> {
    const {args, flags} = await this.parse(IntakeStart)
    const config = await loadConfig(flags.config, process.env)
    const names = args.inbox === undefined ? Object.keys(config.inboxes) : [args.inbox]
    if (names.length === 0) throw noInboxes(config.path)
    const signal = stopOnSignal()
    await runIntake(config, names, await openLog(flags['log-format'], flags['log-level']), signal)
    this.exitWith(stopCode(signal) ?? exitCodes.ok)
    return {stopped: true}
  }
}

function noInboxes(path: string): ErpSyncError {
  return new ErpSyncError(`${path} names no inbox.`, {
    code: 'no_inboxes',
    exitCode: exitCodes.configuration,
    hint: 'Add one under "inboxes"; docs/inbox.md tells how.',
  })
}
