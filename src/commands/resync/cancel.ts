import {Args} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {cancelRun} from '#lib/resync/run/halt.js'
import {runCountsText} from '#lib/resync/run/present-run.js'
import type {ResyncRun} from '#lib/resync/run/resync-run.js'
import {BaseCommand} from '#cli/base-command.js'
import {operatorFlags, operatorOf} from '#cli/operator-flags.js'
import {runError} from '#cli/resync-error.js'

export default class ResyncCancel extends BaseCommand {
  static override summary = 'Have a resync send nothing more, for good.'

  static override description = `What was sent cannot be called back, and gets its outcome. Whoever carries it out ends with 7. Written to the trail.

Exit codes: 0 cancelled, 7 it is over already.`

  static override examples = ['<%= config.bin %> <%= command.id %> S-7QK2M4A --reason "wrong plan"']

  static override args = {resync: Args.string({description: 'its id', required: true})}

  static override flags = operatorFlags

  async run(): Promise<{readonly run: ResyncRun}> {
    const {args, flags} = await this.parse(ResyncCancel)
    const config = await loadConfig(flags.config, process.env)
    const id = args.resync.toUpperCase()
    const cancelled = await cancelRun(await this.ledger(config), id, operatorOf(this, flags))
    if (cancelled.kind !== 'changed') throw runError(id, cancelled)
    this.log(`Cancelled ${id}. ${runCountsText(cancelled.run.counts)}`)
    return {run: cancelled.run}
  }
}
