import {Args} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {resumeRun} from '#lib/resync/run/halt.js'
import type {ResyncRun} from '#lib/resync/run/resync-run.js'
import {BaseCommand} from '#cli/base-command.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'
import {runError} from '#cli/resync-error.js'
import {resyncTimeoutFlag} from '#cli/resync-run-flags.js'
import {newLease} from '#cli/run-operation.js'
import {followRun, presentFollowedRun} from '#cli/run-resync.js'

export default class ResyncResume extends BaseCommand {
  static override summary = 'Go on with a resync that is paused, was stopped or was left by a process that ended.'

  static override description = `Its guards and its window are those it began with; after a stop a new canary goes first. What died is not sent again:
it has a letter, which erpsync dlq replay sends. The command follows to the end, since it is what meters. Written to the
trail.

Exit codes: 0 all resolved, 3 some were skipped or are dead, 4 stopped by a guard, 7 another process carries it out, or it
is over, 8 the wait ended before all had an outcome, or somebody paused it, 130 interrupted and saved.`

  static override examples = ['<%= config.bin %> <%= command.id %> S-7QK2M4A']

  static override args = {resync: Args.string({description: 'its id', required: true})}

  static override flags = {timeout: resyncTimeoutFlag, ...freeOperatorFlags}

  async run(): Promise<{readonly run: ResyncRun}> {
    const {args, flags} = await this.parse(ResyncResume)
    const config = await loadConfig(flags.config, process.env)
    const id = args.resync.toUpperCase()
    const work = {config, database: await this.ledger(config), operator: operatorOf(this, flags), lease: newLease()}
    const resumed = await resumeRun(work.database, id, work.lease, work.operator)
    if (resumed.kind !== 'changed') throw runError(id, resumed)
    const followed = await followRun(work, resumed.run, flags.timeout, (line) => this.say(line))
    this.log(presentFollowedRun(followed))
    this.exitWith(followed.exitCode)
    return {run: followed.run}
  }
}
