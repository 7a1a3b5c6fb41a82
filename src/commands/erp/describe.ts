import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '#cli/base-command.js'
import {describeIfTold, findRfcDestination, onRfcLine} from '#cli/rfc-line.js'
import {loadConfig} from '#lib/config/load.js'
import {type DescribedFunction, toDescribedFunction} from '#lib/erp/rfc/by-hand/described-function.js'
import {presentFunction} from '#lib/erp/rfc/by-hand/present-function.js'

type ErpDescribeResult = DescribedFunction & {readonly destination: string}

export default class ErpDescribe extends BaseCommand {
  static override summary = 'Show what a function module of SAP takes, gives and raises.'

  static override description = `Parameters with type, length, decimals, default and text, and the fields of structures and
tables below them. Texts come in the language of the destination. Nothing is changed in SAP.

Exit codes: 2 there is no such function, 69 SAP is unreachable, 77 it refuses the user, 78 its library is missing.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> BAPI_SALESORDER_CREATEFROMDAT2 --destination ecc',
    {
      description: 'The mandatory parameters, for a script:',
      command:
        "<%= config.bin %> <%= command.id %> RFC_READ_TABLE --destination ecc --json | jq '.parameters[] | select(.optional | not).name'",
    },
  ]

  static override args = {function: Args.string({description: 'name of the function module', required: true})}

  static override flags = {
    destination: Flags.string({summary: 'SAP system to ask', required: true, env: 'ERPSYNC_DESTINATION'}),
  }

  async run(): Promise<ErpDescribeResult> {
    const {args, flags} = await this.parse(ErpDescribe)
    const destination = findRfcDestination(await loadConfig(flags.config, process.env), flags.destination)
    const name = args.function.toUpperCase()

    const description = await onRfcLine(destination, async (line, signal) =>
      describeIfTold(line, destination, name, signal),
    )
    if (description instanceof Error) throw description
    const described = toDescribedFunction(description)
    this.log(presentFunction(described))
    return {destination: flags.destination, ...described}
  }
}
