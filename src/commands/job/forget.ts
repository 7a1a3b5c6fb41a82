import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {forgetJob} from '#lib/jobs/forget-job.js'
import {findJob} from '#lib/jobs/list-jobs.js'
import {systemClock} from '#lib/kernel/clock.js'
import {BaseCommand} from '#cli/base-command.js'
import {confirm} from '#cli/confirm.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'

export default class JobForget extends BaseCommand {
  static override summary = 'Forget a job with all its runs, such as one that was renamed.'

  static override description = `What it pushed stays as it is. A job that runs again is known again, and one that is in the configuration stays in
the list. Written to the trail.

Exit codes: 0 forgotten, 2 no such job, 9 declined, 75 it is running.`

  static override examples = ['<%= config.bin %> <%= command.id %> old-name --yes --reason "renamed to orders"']

  static override args = {name: Args.string({description: 'name of the job', required: true})}

  static override flags = {yes: Flags.boolean({summary: 'do not ask'}), ...freeOperatorFlags}

  async run(): Promise<{readonly job: string; readonly runs: number}> {
    const {args, flags} = await this.parse(JobForget)
    const config = await loadConfig(flags.config, process.env)
    const database = await this.ledger(config)
    const {name} = await findJob(config, database, args.name, systemClock.now())
    if (!flags.yes) await confirm(`Forget all runs of ${name}?`, {json: this.jsonEnabled(), hint})
    const runs = await forgetJob(database, name, operatorOf(this, flags))
    this.log(`Forgot ${name}; runs removed: ${runs}.`)
    return {job: name, runs}
  }
}

const hint = 'Add --yes to agree beforehand.'
