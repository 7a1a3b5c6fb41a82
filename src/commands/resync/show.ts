import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {judgeIfUnattended} from '#lib/resync/run/look.js'
import {presentRun} from '#lib/resync/run/present-run.js'
import {itemStates, readItems, type RunItem} from '#lib/resync/run/read-items.js'
import type {ResyncRun} from '#lib/resync/run/resync-run.js'
import {BaseCommand} from '#cli/base-command.js'
import {runError} from '#cli/resync-error.js'

export default class ResyncShow extends BaseCommand {
  static override summary = "Show a resync: how it stands, and its keys with SAP's numbers."

  static override description = 'By default it lists the keys that died or were skipped.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> S-7QK2M4A',
    {description: 'All of them, for a script:', command: '<%= config.bin %> <%= command.id %> S-7QK2M4A --all --json'},
  ]

  static override args = {resync: Args.string({description: 'its id', required: true})}

  static override flags = {
    all: Flags.boolean({summary: 'list all keys'}),
    limit: Flags.integer({summary: 'keys to list at most', default: 100, min: 1, max: 100_000}),
  }

  async run(): Promise<{readonly run: ResyncRun; readonly items: readonly RunItem[]}> {
    const {args, flags} = await this.parse(ResyncShow)
    const config = await loadConfig(flags.config, process.env)
    const id = args.resync.toUpperCase()
    const database = await this.ledger(config)
    const run = await judgeIfUnattended(database, id)
    if (run === undefined) throw runError(id, {kind: 'unknown'})
    const states = flags.all ? itemStates : (['failed', 'skipped'] as const)
    const items = await readItems(database, id, {states, limit: flags.limit})
    this.log(presentRun(run, items))
    return {run, items}
  }
}
