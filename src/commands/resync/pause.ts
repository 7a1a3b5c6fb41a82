import {Args} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {haltRun} from '#lib/resync/run/halt.js'
import {runCountsText} from '#lib/resync/run/present-run.js'
import type {ResyncRun} from '#lib/resync/run/resync-run.js'
import {BaseCommand} from '#cli/base-command.js'
import {operatorFlags, operatorOf} from '#cli/operator-flags.js'
import {runError} from '#cli/resync-error.js'

export default class ResyncPause extends BaseCommand {
  static override summary = 'Have a resync send nothing more until it is resumed.'

  static override description = `What is on its way goes on. Whoever carries it out ends with 8. Written to the trail.

Exit codes: 0 paused, 7 it is not running.`

  static override examples = ['<%= config.bin %> <%= command.id %> S-7QK2M4A --reason "SAP is slow"']

  static override args = {resync: Args.string({description: 'its id', required: true})}

  static override flags = operatorFlags

  async run(): Promise<{readonly run: ResyncRun}> {
    const {args, flags} = await this.parse(ResyncPause)
    const config = await loadConfig(flags.config, process.env)
    const id = args.resync.toUpperCase()
    const operator = operatorOf(this, flags)
    const paused = await haltRun(await this.ledger(config), id, {state: 'paused', why: operator.reason}, operator)
    if (paused.kind !== 'changed') throw runError(id, paused)
    this.log(`Paused ${id}. ${runCountsText(paused.run.counts)}\nGo on: erpsync resync resume ${id}`)
    return {run: paused.run}
  }
}
