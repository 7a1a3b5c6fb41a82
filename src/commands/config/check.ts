import {allFlows, type Flow, loadConfig} from '#lib/config/load.js'
import type {UnresolvedSecret} from '#lib/config/secrets.js'
import {loadRules} from '#lib/deadletters/grouping/load-rules.js'
import {describeOperation} from '#lib/erp/operation.js'
import {openDoor} from '#lib/intake/door.js'
import {readQuery} from '#lib/intake/sources/source.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {renderTable} from '#lib/output/table.js'
import {BaseCommand} from '#cli/base-command.js'

interface ConfigCheckResult {
  readonly path: string
  readonly flows: readonly {readonly name: string; readonly destination: string; readonly operation: string}[]
  /** Secrets that are not set here; commands that need them will say so. */
  readonly unresolved: readonly UnresolvedSecret[]
}

export default class ConfigCheck extends BaseCommand {
  static override summary = 'Check the configuration file, and every schema, mapping, query and rule it names.'

  static override description = `Touches no network. Secrets that are not set are listed; they are an error only for the
commands that need them, and here with a failing exit code (78), since a service will need them all.`

  static override examples = ['<%= config.bin %> <%= command.id %> --config /etc/erpsync/erpsync.yaml']

  async run(): Promise<ConfigCheckResult> {
    const {flags} = await this.parse(ConfigCheck)
    const config = await loadConfig(flags.config, process.env)
    const flows = allFlows(config)
    await Promise.all([...flows.map(openDoor), ...flows.map(requireQuery), loadRules(config.deadLetters.rules)])

    const rows = flows.map(describe)
    this.log(renderTable(['flow', 'destination', 'operation'], rows.map(Object.values)))
    for (const {path, problem} of config.unresolved) this.say(`${path}: ${problem}`)
    this.log(config.unresolved.length === 0 ? `${config.path} is valid.` : `${config.path}: secrets are missing.`)
    if (config.unresolved.length > 0) this.exitWith(exitCodes.configuration)
    return {path: config.path, flows: rows, unresolved: config.unresolved}
  }
}

async function requireQuery({name, source}: Flow): Promise<void> {
  if (source !== undefined) await readQuery(name, source.query)
}

function describe({name, destination, operation}: Flow) {
  return {name, destination, operation: describeOperation(operation)}
}
