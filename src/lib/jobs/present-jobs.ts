import {styleText} from 'node:util'
import {ago} from '#lib/output/ago.js'
import {renderTable} from '#lib/output/table.js'
import type {JobRun} from './job-run.js'
import type {Job} from './list-jobs.js'

/** Jobs as a table. */
export function presentJobs(jobs: readonly Job[], now: Date): string {
  if (jobs.length === 0) return 'No jobs. One begins with: erpsync push FLOW FILE --cron --job NAME'
  return renderTable(
    ['job', 'last success', {title: 'took', align: 'right'}, 'last run', 'outcome', 'next expected', 'why'],
    jobs.map(({name, lastSuccess, lastRun, ...expected}) => [
      name,
      lastSuccess === null ? 'never' : `${ago(lastSuccess.finishedAt, now)} ago`,
      lastSuccess === null ? '' : tookText(lastSuccess),
      lastRun === null ? 'never' : `${ago(lastRun.startedAt, now)} ago`,
      lastRun === null ? '' : outcomeText(lastRun),
      expectedText(expected, now),
      firstLine(lastRun?.why ?? ''),
    ]),
  )
}

/** One job with its last runs. */
export function presentJob(job: Job, runs: readonly JobRun[], now: Date): string {
  const {name, schedule, lastSuccess, lastRun} = job
  const facts = [
    ['job', styleText('bold', name, {stream: process.stdout})],
    ['schedule', schedule === null ? 'not in the configuration' : `${schedule.cron} ${schedule.zone}`],
    ['next', expectedText(job, now)],
    ['success', lastSuccess === null ? 'never' : lastSuccess.finishedAt.toISOString()],
    ...(lastRun === null ? [] : [['command', lastRun.command]]),
  ]
  const head = facts.map(([fact = '', value = '']) => `${fact.padEnd(11)}${value}`).join('\n')
  return runs.length === 0 ? head : `${head}\n\n${presentJobRuns(runs)}`
}

function presentJobRuns(runs: readonly JobRun[]): string {
  const right = (title: string) => ({title, align: 'right'}) as const
  return renderTable(
    ['started', 'outcome', right('code'), right('took'), 'host', right('pid'), 'run', 'counts', 'why'],
    runs.map((run) => [
      run.startedAt.toISOString(),
      outcomeText(run),
      run.exitCode === null ? '' : String(run.exitCode),
      run.finishedAt === null ? '' : tookText({startedAt: run.startedAt, finishedAt: run.finishedAt}),
      run.host,
      String(run.pid),
      run.runId ?? '',
      Object.entries(run.counts ?? {})
        .filter(([, count]) => count > 0)
        .map(([what, count]) => `${count} ${what}`)
        .join(', '),
      firstLine(run.why ?? ''),
    ]),
  )
}

/** An outcome in words; that of one that is under way as well. */
export function outcomeText({outcome}: Pick<JobRun, 'outcome'>): string {
  return outcome === null ? 'running' : outcome.replace('_', ' ')
}

function expectedText({nextExpected, isOverdue}: Pick<Job, 'nextExpected' | 'isOverdue'>, now: Date): string {
  if (nextExpected === null) return 'not known'
  const {at, by} = nextExpected
  const text = `${at.toISOString().slice(0, 16)}Z${by === 'habit' ? ' by habit' : ''}`
  return isOverdue ? styleText('red', `${text}, overdue for ${ago(at, now)}`, {stream: process.stdout}) : text
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

function tookText({startedAt, finishedAt}: {readonly startedAt: Date; readonly finishedAt: Date}): string {
  const ms = finishedAt.getTime() - startedAt.getTime()
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)}s` : ago(startedAt, finishedAt)
}
