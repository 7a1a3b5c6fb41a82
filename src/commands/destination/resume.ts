import {Args} from '@oclif/core'
import {findDestination, loadConfig} from '#lib/config/load.js'
import {resumeDestination, type Resumption} from '#lib/delivery/pauses.js'
import {presentResumption} from '#lib/delivery/present-pause.js'
import {BaseCommand} from '#cli/base-command.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'

type DestinationResumption = Resumption & {readonly name: string}

export default class DestinationResume extends BaseCommand {
  static override summary = 'Let the calls to an SAP system go on.'

  static override description = `Where erpsync itself has paused it, SAP refused the user: mend that first, restart the
workers if the configuration has changed, and look with "erpsync erp ping" whether SAP takes the user now. Each further
refusal may bring SAP nearer to locking the user. If SAP was not answering, one message tries at once whether it is back.`

  static override examples = ['<%= config.bin %> <%= command.id %> s4']

  static override args = {name: Args.string({description: 'destination to resume', required: true})}

  static override flags = freeOperatorFlags

  async run(): Promise<DestinationResumption> {
    const {args, flags} = await this.parse(DestinationResume)
    const config = await loadConfig(flags.config, process.env)
    const name = findDestination(config, args.name)
    const resumption = await resumeDestination(await this.ledger(config), name, operatorOf(this, flags))
    this.log(presentResumption('destination', name, resumption))
    return {name, ...resumption}
  }
}
