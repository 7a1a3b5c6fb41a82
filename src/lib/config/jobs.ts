import {Cron} from 'croner'
import {z} from 'zod'
import {jobNamePattern} from '#lib/kernel/job-name.js'
import {duration} from './duration.js'

const job = z
  .strictObject({
    schedule: z.string().describe('when it is started, as in a crontab: five fields, or @hourly, @daily and the like'),
    zone: z
      .string()
      .default('UTC')
      .describe('the time zone that the schedule is in: that of the host whose cron it is'),
    grace: duration.prefault('5m').describe('how late it may start before it is overdue'),
  })
  .superRefine(({schedule, zone}, context) => {
    const place = problemOf(schedule, zone)
    if (place === null) return
    const message =
      place === 'zone'
        ? `there is no time zone "${zone}"; write one such as Europe/Berlin`
        : `expected a schedule such as "*/5 * * * *" or "@daily" that comes round, got "${schedule}"`
    context.addIssue({code: 'custom', path: [place], message})
  })

/** When jobs are expected; who starts them is no business of erpsync's. */
export const jobs = z.record(
  z.string().regex(jobNamePattern, 'a name of a job holds up to 64 lower-case letters, digits and hyphens'),
  job,
)

export type JobSettings = z.output<typeof job>

/** When the schedule comes round next after a moment. */
export function nextAfter({schedule, zone}: Pick<JobSettings, 'schedule' | 'zone'>, moment: Date): Date | null {
  return new Cron(schedule, {timezone: zone, mode: '5-part'}).nextRun(moment)
}

/** Which of the two cannot be read; null if both can. */
function problemOf(schedule: string, zone: string): 'schedule' | 'zone' | null {
  // The library knows more than crontab does: dates, and letters for the last day of a month.
  if (!nickname.test(schedule) && !fiveFields.test(schedule)) return 'schedule'
  try {
    if (nextAfter({schedule, zone: 'UTC'}, new Date(0)) === null) return 'schedule'
  } catch {
    return 'schedule'
  }
  try {
    nextAfter({schedule, zone}, new Date(0))
    return null
  } catch {
    return 'zone'
  }
}

const nickname = /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/
const fiveFields = /^(?:[\d*,/-]|[A-Za-z]{3})+(?: +(?:[\d*,/-]|[A-Za-z]{3})+){4}$/
