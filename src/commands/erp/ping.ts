import {Args} from '@oclif/core'
import {BaseCommand} from '#cli/base-command.js'
import {allFlows, loadConfig, requireSecrets} from '#lib/config/load.js'
import {exitCodeOf, pingFlows, selectFlows, type Ping} from '#lib/erp/ping.js'
import {presentPings} from '#lib/erp/present-ping.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {didYouMean} from '#lib/kernel/suggest.js'

interface ErpPingResult {
  readonly pings: readonly Ping[]
}

export default class ErpPing extends BaseCommand {
  static override summary = 'Ask the SAP services of the flows for a sign of life.'

  static override description = `Reads the service document of every flow with the configured user. Nothing is changed in SAP.
Ends with 69 if a service is unreachable, with 77 if SAP refuses the user, with 78 if there is no such service.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {command: '<%= config.bin %> <%= command.id %> s4 --json', description: 'One destination, for a script:'},
  ]

  static override args = {
    name: Args.string({description: 'flow, or destination whose flows are asked'}),
  }

  async run(): Promise<ErpPingResult> {
    const {args, flags} = await this.parse(ErpPing)
    const config = await loadConfig(flags.config, process.env)
    const flows = selectFlows(allFlows(config), args.name)
    if (flows.length === 0)
      throw unknownName(args.name ?? '', [...Object.keys(config.flows), ...Object.keys(config.destinations)])
    for (const {destination} of flows) requireSecrets(config, `destinations.${destination}`)

    const pings = await pingFlows(flows, new AbortController().signal)
    this.log(presentPings(pings))
    this.exitWith(exitCodeOf(pings))
    return {pings}
  }
}

function unknownName(name: string, known: readonly string[]): ErpSyncError {
  return new ErpSyncError(`No flow and no destination with flows is called "${name}".${didYouMean(name, known)}`, {
    code: 'unknown_flow',
    exitCode: exitCodes.usage,
    hint: 'erpsync config check --json lists the flows.',
  })
}
