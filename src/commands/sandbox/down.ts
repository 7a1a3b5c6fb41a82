import {Flags} from '@oclif/core'
import {openProgress} from '#lib/output/progress.js'
import {takeDown, type TakenDown} from '#lib/sandbox/services/down.js'
import {serviceTitles} from '#lib/sandbox/services/service.js'
import {BaseCommand} from '#cli/base-command.js'
import {interruptible} from '#cli/interruptible.js'
import {sandboxFolder, sandboxServices} from '#cli/sandbox-flags.js'

export default class SandboxDown extends BaseCommand {
  static override summary = 'Stop the sandbox and delete its data.'

  static override description = `Stops what "sandbox up" has started and nothing else: a process whose
id has passed to another one since is left alone, and so is a service
whose address came from the environment.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      command: '<%= config.bin %> <%= command.id %> --only rabbitmq --keep-data',
      description: 'an outage of the broker, until the next "sandbox up":',
    },
  ]

  static override flags = {
    ...sandboxFolder,
    ...sandboxServices,
    'keep-data': Flags.boolean({
      summary: 'leave ports, passwords and data for the next "sandbox up"',
      env: 'ERPSYNC_SANDBOX_KEEP_DATA',
    }),
  }

  override async run(): Promise<TakenDown> {
    const {dir, only, 'keep-data': keepData} = (await this.parse(SandboxDown)).flags
    const progress = await openProgress()
    const result = await interruptible(async (signal) =>
      takeDown({folder: dir, services: only, keepData, signal, report: progress.step}),
    ).finally(progress.end)

    const stopped = result.stopped.map((name) => serviceTitles[name]).join(', ')
    this.log(stopped === '' ? `Nothing was running in ${dir}.` : `Stopped: ${stopped}.`)
    if (result.removed) this.log(`${dir} and its data are removed.`)
    return result
  }
}
