import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '#cli/base-command.js'
import {readArguments} from '#cli/function-arguments.js'
import {callFunction} from '#cli/call-function.js'
import {operatorOf, optionalOperatorFlags} from '#cli/operator-flags.js'
import {findRfcDestination} from '#cli/rfc-line.js'
import {requireAllowed} from '#cli/require-allowed.js'
import {loadConfig} from '#lib/config/load.js'
import {type CallResult, presentCuts, presentMessage, presentRows} from '#lib/erp/rfc/by-hand/call-result.js'
import {isError} from '#lib/erp/rfc/return-messages.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

type ErpCallResult = {readonly destination: string; readonly function: string} & CallResult

export default class ErpCall extends BaseCommand {
  static override summary = 'Call a function module of SAP by hand.'

  static override description = `Calls only functions that read: well-known ones of SAP's, and those that byHand.read of the
destination names. With --commit it calls only those that byHand.write names, has SAP commit what they did, and writes
who, why and with which parameters to the trail; it asks first.

Parameters are checked against what SAP tells of the function before anything is called. The answer is JSON on stdout;
SAP's messages are on stderr.

Exit codes: 2 wrong name, 3 the function answers with errors or an exception, or nobody knows whether it was booked,
4 the function is not allowed, 9 declined, 65 a value does not fit, 66 no such file, 69 SAP is unreachable, 77 it refuses
the user, 78 its library is missing.`

  static override examples = [
    "<%= config.bin %> <%= command.id %> STFC_CONNECTION --destination ecc --param REQUTEXT='Hello SAP'",
    {
      description: 'A table as a table:',
      command: `<%= config.bin %> <%= command.id %> RFC_READ_TABLE --destination ecc --param '{"QUERY_TABLE": "T000", "DELIMITER": "|"}' --table DATA`,
    },
    {
      description: 'A change, committed:',
      command:
        "<%= config.bin %> <%= command.id %> BAPI_CUSTOMER_CHANGEFROMDATA1 --destination ecc --param @customer.json --commit --reason 'wrong city, INC-42'",
    },
  ]

  static override args = {function: Args.string({description: 'name of the function module', required: true})}

  static override flags = {
    destination: Flags.string({summary: 'SAP system to call', required: true, env: 'ERPSYNC_DESTINATION'}),
    param: Flags.string({
      summary: 'parameters: a JSON object, a file with one, or one by name; repeat for more, later ones win',
      helpValue: '<json>|@<file>|<name>=<value>',
      multiple: true,
      multipleNonGreedy: true,
      default: [],
    }),
    table: Flags.string({summary: 'show this table of the answer, as a table'}),
    limit: Flags.integer({summary: 'rows of each table at most', default: 100, min: 1}),
    commit: Flags.boolean({summary: 'let it book, and commit; needs --reason', dependsOn: ['reason']}),
    yes: Flags.boolean({summary: 'do not ask', dependsOn: ['commit']}),
    ...optionalOperatorFlags,
  }

  async run(): Promise<ErpCallResult> {
    const {args, flags} = await this.parse(ErpCall)
    const config = await loadConfig(flags.config, process.env)
    const destination = findRfcDestination(config, flags.destination)
    const place = {destination: flags.destination, function: args.function.toUpperCase()}
    requireAllowed(place, destination.byHand, flags.commit)
    const given = await readArguments(flags.param)
    const write = flags.commit
      ? {
          database: await this.ledger(config),
          operator: operatorOf(this, flags),
          isAgreed: flags.yes,
          json: this.jsonEnabled(),
        }
      : undefined

    const {table, limit} = flags
    const say = (line: string): void => this.say(line)
    const result = await callFunction(destination, {...place, given, table, limit, write, say})
    this.#present(result, table)
    if (result.messages.some(isError)) this.exitWith(exitCodes.someFailed)
    return {...place, ...result}
  }

  #present(result: CallResult, table: string | undefined): void {
    const {exports, tables, messages, committed} = result
    this.log(table === undefined ? JSON.stringify({exports, tables}, null, 2) : presentRows(tables[table] ?? []))
    for (const line of [...messages.map(presentMessage), ...presentCuts(result)]) this.say(line)
    if (committed) this.say('Committed.')
  }
}
