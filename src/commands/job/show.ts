import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {type JobRun, listJobRuns} from '#lib/jobs/job-run.js'
import {findJob, type Job} from '#lib/jobs/list-jobs.js'
import {presentJob} from '#lib/jobs/present-jobs.js'
import {systemClock} from '#lib/kernel/clock.js'
import {BaseCommand} from '#cli/base-command.js'

export default class JobShow extends BaseCommand {
  static override summary = 'Show the last runs of a job, and how each ended.'

  static override description = `Tells of each run where it ran, how long, what it counted, and why it did not succeed; by its push run or resync,
push show and resync show tell the rest.`

  static override examples = ['<%= config.bin %> <%= command.id %> orders']

  static override args = {name: Args.string({description: 'name of the job', required: true})}

  static override flags = {
    limit: Flags.integer({summary: 'runs at most', default: 20, min: 1, max: 10_000}),
  }

  async run(): Promise<{readonly job: Job; readonly runs: readonly JobRun[]}> {
    const {args, flags} = await this.parse(JobShow)
    const config = await loadConfig(flags.config, process.env)
    const database = await this.ledger(config)
    const now = systemClock.now()
    const job = await findJob(config, database, args.name, now)
    const runs = await listJobRuns(database, job.name, {limit: flags.limit, onlyStarted: false})
    this.log(presentJob(job, runs, now))
    return {job, runs}
  }
}
