import {exitCodes} from '#lib/kernel/exit-codes.js'
import {presentSandbox} from '#lib/sandbox/services/present.js'
import {sandboxStatus, type SandboxStatus} from '#lib/sandbox/services/status.js'
import {BaseCommand} from '#cli/base-command.js'
import {interruptible} from '#cli/interruptible.js'
import {sandboxFolder} from '#cli/sandbox-flags.js'

export default class SandboxStatusCommand extends BaseCommand {
  static override summary = 'Show what runs in the sandbox.'

  static override description = 'Ends with 0 if every service answers, with 69 if one does not or there is no sandbox.'

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {command: '<%= config.bin %> <%= command.id %> --json', description: 'for a script:'},
  ]

  static override flags = {...sandboxFolder}

  override async run(): Promise<SandboxStatus> {
    const {dir} = (await this.parse(SandboxStatusCommand)).flags
    const status = await interruptible(async (signal) => sandboxStatus(dir, signal))

    this.log(presentSandbox(status))
    if (!status.allRunning) this.exitWith(exitCodes.unreachable)
    return status
  }
}
