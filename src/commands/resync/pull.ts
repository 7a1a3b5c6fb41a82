import {Args} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {BaseCommand} from '#cli/base-command.js'
import {operatorOf} from '#cli/operator-flags.js'
import {presentPulled, pullKey, pulledExitCode, type Pulled} from '#cli/pull-key.js'
import {recordUnmasking, unmaskFlags} from '#cli/unmask-flags.js'

export default class ResyncPull extends BaseCommand {
  static override summary = "Show SAP's state of one key."

  static override description = `SAP is asked by the reference of the newest message of the key, for the fields that the flow maps. Nothing is changed.
Fields that the mapping makes of personal data are masked, unless --unmask is given.

Exit codes: 0 shown, 3 SAP has several or cannot be read so, 6 SAP does not know it, 69 SAP is not to be called now.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> sales-order SO-2026-0001',
    {description: 'For a script:', command: '<%= config.bin %> <%= command.id %> sales-order SO-2026-0001 --json'},
  ]

  static override args = {
    flow: Args.string({description: 'its name', required: true}),
    key: Args.string({description: 'business key', required: true}),
  }

  static override flags = unmaskFlags

  async run(): Promise<Pulled> {
    const {args, flags} = await this.parse(ResyncPull)
    const config = await loadConfig(flags.config, process.env)
    const database = await this.ledger(config)
    if (flags.unmask) await recordUnmasking(database, operatorOf(this, flags), [{flow: args.flow}])
    const say = (line: string): void => this.say(line)
    const pulled = await pullKey({config, database}, {...args, unmask: flags.unmask, isFromLedger: true, say})
    this.log(presentPulled(pulled))
    this.exitWith(pulledExitCode(pulled))
    return pulled
  }
}
