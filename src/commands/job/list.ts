import {Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {type Job, listJobs} from '#lib/jobs/list-jobs.js'
import {presentJobs} from '#lib/jobs/present-jobs.js'
import {systemClock} from '#lib/kernel/clock.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {BaseCommand} from '#cli/base-command.js'

export default class JobList extends BaseCommand {
  static override summary = 'Show what cron runs: last success, last outcome, and when each is expected next.'

  static override description = `A job is a command that was run with --cron --job NAME, or that the configuration has under jobs. When one is
expected next tells its schedule there; without one, how far apart its last starts were ("by habit"). What starts no more
when it should is overdue. A run whose process is gone without a word is broken off.

Exit codes: 0; with --exit-code 6 if a job is overdue, or its last run did not succeed.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {description: 'For a check by monitoring:', command: '<%= config.bin %> <%= command.id %> --exit-code --json'},
  ]

  static override flags = {
    'exit-code': Flags.boolean({
      summary: 'end with 6 if a job is overdue, or its last run did not succeed',
      default: false,
    }),
  }

  async run(): Promise<{readonly jobs: readonly Job[]}> {
    const {flags} = await this.parse(JobList)
    const config = await loadConfig(flags.config, process.env)
    const now = systemClock.now()
    const jobs = await listJobs(config, await this.ledger(config), now)
    this.log(presentJobs(jobs, now))
    if (flags['exit-code'] && jobs.some(needsALook)) this.exitWith(exitCodes.different)
    return {jobs}
  }
}

function needsALook({isOverdue, lastRun}: Job): boolean {
  const outcome = lastRun?.outcome ?? 'succeeded'
  return isOverdue || outcome !== 'succeeded'
}
