import {Args} from '@oclif/core'
import {BaseCommand} from '#cli/base-command.js'
import {allFlows, type Config, loadConfig, requireSecrets} from '#lib/config/load.js'
import {exitCodeOf, pingDestination, pingFlows, selectFlows, type Ping} from '#lib/erp/ping.js'
import {presentPings} from '#lib/erp/present-ping.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {didYouMean} from '#lib/kernel/suggest.js'

interface ErpPingResult {
  readonly pings: readonly Ping[]
}

export default class ErpPing extends BaseCommand {
  static override summary = 'Ask the SAP services of the flows for a sign of life.'

  static override description = `Over OData reads the service document of every flow, by RFC logs on and calls RFC_PING,
with the configured user. The latency is that of one call. Nothing is changed in SAP. Ends with 69 if a service is
unreachable, with 77 if SAP refuses the user, with 78 if there is no such service or SAP's library is missing.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {command: '<%= config.bin %> <%= command.id %> s4 --json', description: 'One destination, for a script:'},
  ]

  static override args = {
    name: Args.string({description: 'flow, or destination whose flows are asked; one called by RFC needs none'}),
  }

  async run(): Promise<ErpPingResult> {
    const {args, flags} = await this.parse(ErpPing)
    const config = await loadConfig(flags.config, process.env)
    const {signal} = new AbortController()
    const flows = selectFlows(allFlows(config), args.name)
    const places = flows.length === 0 && args.name !== undefined ? [args.name] : flows.map((flow) => flow.destination)
    for (const destination of places) requireSecrets(config, `destinations.${destination}`)

    const pings =
      flows.length > 0 ? await pingFlows(flows, signal) : await this.#pingOne(config, args.name ?? '', signal)
    this.log(presentPings(pings))
    this.exitWith(exitCodeOf(pings))
    return {pings}
  }

  async #pingOne(config: Config, name: string, signal: AbortSignal): Promise<readonly Ping[]> {
    const ping = await pingDestination(name, config.destinations[name], signal)
    if (ping !== undefined) return [ping]
    throw unknownName(name, [...Object.keys(config.flows), ...Object.keys(config.destinations)])
  }
}

function unknownName(name: string, known: readonly string[]): ErpSyncError {
  return new ErpSyncError(`No flow and no destination with flows is called "${name}".${didYouMean(name, known)}`, {
    code: 'unknown_flow',
    exitCode: exitCodes.usage,
    hint: 'erpsync config check --json lists the flows.',
  })
}
