import {allFlows, loadConfig} from '#lib/config/load.js'
import {BaseCommand} from '#cli/base-command.js'

interface ConfigCheckResult {
  readonly path: string
  readonly flows: readonly string[]
}

export default class ConfigCheck extends BaseCommand {
  static override summary = 'Check the configuration file.'

  async run(): Promise<ConfigCheckResult> {
    const {flags} = await this.parse(ConfigCheck)
    const config = await loadConfig(flags.config, process.env)
    const result = {path: config.path, flows: allFlows(config).map(({name}) => name)}
    this.log(`${result.path} is valid: ${result.flows.length} flows.`)
    return result
  }
}
