import {Args} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {resumeOperation} from '#lib/deadletters/operations/resume.js'
import {BaseCommand} from '#cli/base-command.js'
import {carryOn, type CarriedOn} from '#cli/carry-on.js'
import {durationFlag} from '#cli/duration-flag.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'

export default class DlqOpsResume extends BaseCommand {
  static override summary = 'Go on with an operation that is paused, was stopped or was left by a process that ended.'

  static override description = `After a stop, what died again since the last start is sent again by its new letter, with a new canary first: its cause
should be mended. The command follows to the end, since it is what meters.
Written to the trail.

Exit codes: 0 all resolved, 3 some were skipped or are dead again, 4 stopped by a guard, 7 another process carries it out,
or it is over, 8 the wait ended before all had an outcome, or somebody paused it, 130 interrupted and saved.`

  static override examples = ['<%= config.bin %> <%= command.id %> R-7QK2M4A']

  static override args = {operation: Args.string({description: 'its id', required: true})}

  static override flags = {
    timeout: durationFlag({
      summary: 'how long to wait while nothing on its way has an outcome',
      default: 600_000,
      defaultHelp: async () => '10m',
    }),
    ...freeOperatorFlags,
  }

  async run(): Promise<CarriedOn> {
    const {args, flags} = await this.parse(DlqOpsResume)
    const config = await loadConfig(flags.config, process.env)
    const id = args.operation.toUpperCase()
    const work = {config, database: await this.ledger(config), operator: operatorOf(this, flags)}
    const {text, exitCode, ...result} = await carryOn(work, id, resumeOperation, {
      timeoutMs: flags.timeout,
      say: (line) => this.say(line),
    })
    this.log(text)
    this.exitWith(exitCode)
    return result
  }
}
