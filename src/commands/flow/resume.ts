import {Args} from '@oclif/core'
import {findFlow, loadConfig} from '#lib/config/load.js'
import {resumeFlow, type Resumption} from '#lib/delivery/pauses.js'
import {presentResumption} from '#lib/delivery/present-pause.js'
import {BaseCommand} from '#cli/base-command.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'

type FlowResumption = Resumption & {readonly name: string}

export default class FlowResume extends BaseCommand {
  static override summary = 'Let the deliveries of a flow go on.'

  static override description = `Where erpsync itself has paused it, SAP has no such service or does not let the user call it:
mend that first, and look with "erpsync erp ping" whether it answers now.`

  static override examples = ['<%= config.bin %> <%= command.id %> sales-order']

  static override args = {name: Args.string({description: 'flow to resume', required: true})}

  static override flags = freeOperatorFlags

  async run(): Promise<FlowResumption> {
    const {args, flags} = await this.parse(FlowResume)
    const config = await loadConfig(flags.config, process.env)
    const {name} = findFlow(config, args.name)
    const resumption = await resumeFlow(await this.ledger(config), name, operatorOf(this, flags))
    this.log(presentResumption('flow', name, resumption))
    return {name, ...resumption}
  }
}
