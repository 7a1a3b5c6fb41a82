import {Flags} from '@oclif/core'
import {jobNamePattern} from '#lib/kernel/job-name.js'
import {durationFlag} from './duration-flag.js'

/** Flags of commands that cron or a timer starts. */
export const jobFlags = {
  cron: Flags.boolean({
    summary: 'say nothing, unless it fails: then everything, on stderr',
    dependsOn: ['job'],
    exclusive: ['dry-run', 'validate-only'],
    helpGroup: 'CRON',
  }),
  job: Flags.custom<string>({
    summary: 'name under which its runs are kept, one at a time on all hosts',
    helpValue: '<name>',
    dependsOn: ['cron'],
    helpGroup: 'CRON',
    parse: async (text) => {
      if (jobNamePattern.test(text)) return text
      throw new Error(`"${text}" is no name of a job: up to 64 lower-case letters, digits and hyphens`)
    },
  })(),
  'if-locked': Flags.option({
    summary: 'while another process runs the job, fail (the default) ends with 75, and skip with 0',
    options: ['fail', 'skip'] as const,
    dependsOn: ['job'],
    helpGroup: 'CRON',
  })(),
  'time-limit': durationFlag({
    summary: 'how long it may take; then it ends as by a signal, with 8',
    dependsOn: ['job'],
    helpGroup: 'CRON',
  }),
}

export interface JobFlags {
  readonly actor: string
  readonly cron: boolean
  readonly job: string | undefined
  readonly 'if-locked': 'fail' | 'skip' | undefined
  readonly 'time-limit': number | undefined
}
