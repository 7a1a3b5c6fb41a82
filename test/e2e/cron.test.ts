import assert from 'node:assert/strict'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {hostname, tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import type {JobRun} from '#lib/jobs/job-run.js'
import type {Job} from '#lib/jobs/list-jobs.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {eventually} from '../support/eventually.js'
import {orders} from '../support/orders.js'
import {openPipeline, type Pipeline} from '../support/pipeline.js'
import {type CliResult, runCli, type RunningCli, startCli} from '../support/run-cli.js'

describe('erpsync push --cron', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  let folder: string
  let env: Readonly<Record<string, string>>
  before(async () => {
    pipeline = await openPipeline()
    folder = await mkdtemp(join(tmpdir(), 'erpsync-cron-'))
    env = {ERPSYNC_CONFIG: pipeline.configPath}
  })
  after(async () => {
    await pipeline.close()
    await rm(folder, {recursive: true, force: true})
  })

  const erpsync = async (...args: readonly string[]): Promise<CliResult> => runCli(args, {env})
  const file = async (name: string, documents: readonly unknown[]): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, documents.map((each) => `${JSON.stringify(each)}\n`).join(''))
    return path
  }
  const runsOf = async (job: string) => {
    const {rows} = await pipeline.database.query<{
      outcome: string | null
      exit_code: number | null
      host: string
      pid: number
      run_id: string | null
      counts: Readonly<Record<string, number>> | null
      why: string | null
      command: string
    }>(
      `select outcome, exit_code, host, pid, run_id, counts, why, command
         from erpsync.job_run where job = $1 order by seq`,
      [job],
    )
    return rows
  }
  /** A push that takes a minute, under way. */
  const startSlow = async (job: string, ...more: readonly string[]): Promise<RunningCli> => {
    const path = await file(`${job}.ndjson`, orders(`SLOW-${job}`, 600))
    const push = startCli(['push', 'sales-order', path, '--rate', '10/s', '--cron', '--job', job, ...more], {env})
    await eventually(async () => (await runsOf(job)).length === 1)
    return push
  }

  const pushedBy = async (job: string): Promise<number> => {
    const {rows} = await pipeline.database.query<{count: number}>(
      'select count(*)::integer as count from erpsync.message where business_key like $1',
      [`SLOW-${job}%`],
    )
    return rows[0]?.count ?? 0
  }
  const jobShow = async (job: string) =>
    JSON.parse((await erpsync('job', 'show', job, '--json')).stdout) as {job: Job; runs: readonly JobRun[]}
  const eventuallyShown = async (job: string, outcome: JobRun['outcome']) => {
    // The server notices a moment later that the connection of a killed process is gone.
    await eventually(async () => (await jobShow(job)).job.lastRun?.outcome === outcome, {timeoutMs: 20_000})
    return jobShow(job)
  }

  it('says nothing when it succeeds, and keeps what it did', async () => {
    const path = await file('quiet.ndjson', orders('QUIET', 3))

    const pushed = await erpsync('push', 'sales-order', path, '--cron', '--job', 'quiet')

    const [run] = await runsOf('quiet')
    assert.deepEqual([pushed.code, pushed.stdout, pushed.stderr], [exitCodes.ok, '', ''])
    assert.match(run?.run_id ?? '', /^P-/)
    assert.deepEqual(
      {...run, run_id: null, pid: 0},
      {
        outcome: 'succeeded',
        exit_code: 0,
        host: hostname(),
        pid: 0,
        run_id: null,
        counts: {read: 3, accepted: 3, duplicate: 0, rejected: 0},
        why: null,
        command: `erpsync push sales-order ${path} --cron --job quiet`,
      },
    )
  })

  it('tells everything on stderr when it fails', async () => {
    const path = await file('loud.ndjson', [...orders('LOUD', 2), {}])

    const pushed = await erpsync('push', 'sales-order', path, '--cron', '--job', 'loud')

    const [run] = await runsOf('loud')
    assert.equal(pushed.code, exitCodes.someFailed)
    assert.equal(pushed.stdout, '')
    assert.match(pushed.stderr, /^Push run P-/)
    assert.match(pushed.stderr, /line 3: .*orderId/)
    assert.match(pushed.stderr, /3 read, 2 accepted, 0 duplicate, 1 rejected/)
    assert.deepEqual(
      [run?.outcome, run?.exit_code, run?.why],
      ['failed', 3, '3 read, 2 accepted, 0 duplicate, 1 rejected'],
    )
  })

  it('prints its result under --json, well or badly', async () => {
    const path = await file('json.ndjson', orders('JSON', 2))

    const pushed = await erpsync('push', 'sales-order', path, '--cron', '--job', 'as-json', '--json')
    const missing = await erpsync('push', 'sales-order', 'nowhere', '--cron', '--job', 'as-json', '--json')

    const [, run] = await runsOf('as-json')
    assert.equal(pushed.stderr, '')
    assert.equal((JSON.parse(pushed.stdout) as {accepted: number}).accepted, 2)
    assert.equal(missing.code, exitCodes.missingInput)
    assert.equal((JSON.parse(missing.stdout) as {error: {exitCode: number}}).error.exitCode, exitCodes.missingInput)
    assert.deepEqual([run?.outcome, run?.exit_code], ['failed', exitCodes.missingInput])
    assert.match(run?.why ?? '', /nowhere/)
  })

  it('runs a job once at a time: another ends with 75 and says who runs it, or with 0 where that is no matter', async () => {
    const slow = await startSlow('nightly')
    const other = await file('other.ndjson', orders('OTHER', 1))
    const push = ['push', 'sales-order', other, '--cron', '--job', 'nightly']

    const failed = await erpsync(...push)
    const skipped = await erpsync(...push, '--if-locked', 'skip')
    const skippedJson = await erpsync(...push, '--if-locked', 'skip', '--json')

    const stopped = await slow.stop()
    const runs = await runsOf('nightly')
    assert.equal(failed.code, exitCodes.locked)
    assert.match(failed.stderr, new RegExp(`^Error: Job nightly is run by ${hostname()}, process ${slow.pid}, since `))
    assert.deepEqual([skipped.code, skipped.stdout, skipped.stderr], [exitCodes.ok, '', ''])
    const {error} = JSON.parse(skippedJson.stdout) as {error: {code: string; exitCode: number}}
    assert.deepEqual([skippedJson.code, error.code, error.exitCode], [exitCodes.ok, 'job_locked', exitCodes.ok])
    assert.equal(stopped.code, exitCodes.terminated)
    assert.deepEqual(
      runs.map(({outcome, exit_code}) => [outcome, exit_code]),
      [
        ['stopped', exitCodes.terminated],
        ['locked_out', exitCodes.locked],
        ['locked_out', exitCodes.ok],
        ['locked_out', exitCodes.ok],
      ],
    )
  })

  it('lets one of two work that start in the same moment', async () => {
    const path = await file('twins.ndjson', orders('TWINS', 600))
    const push = ['push', 'sales-order', path, '--rate', '10/s', '--cron', '--job', 'twins']
    const twins = [startCli(push, {env}), startCli(push, {env})]

    const first = await Promise.race(twins.map(async (twin) => twin.ended))
    const ends = await Promise.all(twins.map(async (twin) => twin.stop()))

    assert.equal(first.code, exitCodes.locked)
    assert.match(first.stderr, /^Error: Job twins is run by /)
    assert.deepEqual(new Set(ends.map(({code}) => code)), new Set([exitCodes.locked, exitCodes.terminated]))
  })

  it('ends when its time is up, and goes on the next time', async () => {
    const path = await file('limited.ndjson', orders('LIMITED', 300))
    const push = ['push', 'sales-order', path, '--cron', '--job', 'limited']

    const limited = await erpsync(...push, '--rate', '50/s', '--time-limit', '1s')
    const next = await erpsync(...push)

    const runs = await runsOf('limited')
    assert.equal(limited.code, exitCodes.pending)
    assert.match(limited.stderr, /Type the same again, and it goes on/)
    assert.deepEqual([next.code, next.stderr], [exitCodes.ok, ''])
    assert.deepEqual(
      runs.map(({outcome, exit_code, why}) => [outcome, exit_code, why]),
      [
        ['timed_out', exitCodes.pending, 'its time limit was reached'],
        ['succeeded', exitCodes.ok, null],
      ],
    )
    assert.equal(runs[0]?.run_id, runs[1]?.run_id)
    assert.equal(runs[1]?.counts?.accepted, 300)
  })

  it('shows a run that was killed as broken off, and the next one goes on', async () => {
    const slow = await startSlow('killed', '--rejects', join(folder, 'killed.rejects'))
    await eventually(async () => (await pushedBy('killed')) > 0)
    const {signal} = await slow.kill()

    const broken = await eventuallyShown('killed', 'broken_off')
    const next = await erpsync('push', 'sales-order', join(folder, 'killed.ndjson'), '--cron', '--job', 'killed')

    const shown = await jobShow('killed')
    assert.equal(signal, 'SIGKILL')
    assert.equal(broken.job.lastRun?.why, 'its process ended without a word: killed, or the host went down')
    assert.deepEqual([next.code, next.stdout, next.stderr], [exitCodes.ok, '', ''])
    assert.deepEqual(
      shown.runs.map(({outcome, exitCode, counts}) => [outcome, exitCode, counts?.accepted]),
      [
        ['succeeded', exitCodes.ok, 600],
        ['broken_off', null, undefined],
      ],
    )
  })

  it('lists jobs with their last success, outcome and next start', async () => {
    const config = JSON.parse(await readFile(pipeline.configPath, 'utf8')) as object
    const configPath = join(dirname(pipeline.configPath), 'jobs.yaml')
    const jobs = {listed: {schedule: '0 0 1 1 *', zone: 'Europe/Berlin'}, planned: {schedule: '@daily'}}
    await writeFile(configPath, JSON.stringify({...config, jobs}))
    const path = await file('listed.ndjson', orders('LISTED', 1))
    await erpsync('push', 'sales-order', path, '--cron', '--job', 'listed')
    await erpsync('push', 'sales-order', 'nowhere', '--cron', '--job', 'listed')

    const listed = await erpsync('job', 'list', '--config', configPath, '--json', '--exit-code')
    const table = await erpsync('job', 'list', '--config', configPath)

    const rows = (JSON.parse(listed.stdout) as {jobs: readonly Job[]}).jobs
    const job = rows.find(({name}) => name === 'listed')
    const planned = rows.find(({name}) => name === 'planned')
    assert.equal(listed.code, exitCodes.different)
    assert.equal(table.code, exitCodes.ok)
    assert.match(table.stdout, /^listed +\d+s ago +\d\.\ds +\d+s ago +failed +\d{4}-12-31T23:00Z +.*nowhere/m)
    assert.match(table.stdout, /^planned +never +never +\S+T00:00Z$/m)
    assert.deepEqual(
      [job?.lastRun?.outcome, job?.lastRun?.exitCode, job?.nextExpected?.by, job?.isOverdue],
      ['failed', exitCodes.missingInput, 'schedule', false],
    )
    assert.ok(job?.lastSuccess !== null)
    assert.deepEqual([planned?.lastRun, planned?.lastSuccess], [null, null])
  })

  it('says which jobs there are to who asks for one that is not', async () => {
    const {code, stderr} = await erpsync('job', 'show', 'quite')

    assert.equal(code, exitCodes.usage)
    assert.match(stderr, /No job "quite" has run, .* Did you mean "quiet"\?\nSee which there are: erpsync job list/)
  })

  it('needs a name, and takes no run that changes nothing', async () => {
    const nameless = await erpsync('push', 'sales-order', 'x', '--cron')
    const misnamed = await erpsync('push', 'sales-order', 'x', '--cron', '--job', 'Every Night')
    const trial = await erpsync('push', 'sales-order', 'x', '--cron', '--job', 'trial', '--dry-run')

    assert.deepEqual([nameless.code, misnamed.code, trial.code], [exitCodes.usage, exitCodes.usage, exitCodes.usage])
    assert.match(misnamed.stderr, /"Every Night" is no name of a job/)
  })

  it('runs a comparison, what comes of it and a prune as jobs, too', async () => {
    const plan = join(folder, 'plan.json')
    await erpsync('push', 'sales-order', await file('planned.ndjson', orders('PLANNED', 1)))
    const planned = await erpsync('resync', 'plan', 'sales-order', 'UNKNOWN-1', '--cron', '--job', 'drift')
    const pruned = await erpsync('db', 'prune', '--yes', '--cron', '--job', 'prune')

    const under = await erpsync('resync', 'plan', 'sales-order', 'PLANNED-1', '--out', plan, '--json')
    const applied = await erpsync('resync', 'apply', plan, '--yes', '--cron', '--job', 'apply')

    const [drift] = await runsOf('drift')
    const [apply] = await runsOf('apply')
    assert.equal(under.code, exitCodes.pending)
    assert.deepEqual([applied.code, applied.stdout, applied.stderr], [exitCodes.ok, '', ''])
    assert.equal(apply?.outcome, 'succeeded')
    const [prune] = await runsOf('prune')
    assert.deepEqual([planned.code, planned.stdout], [exitCodes.someFailed, ''])
    assert.match(planned.stderr, /UNKNOWN-1/)
    assert.deepEqual([drift?.outcome, drift?.exit_code, drift?.counts?.keys], ['failed', exitCodes.someFailed, 0])
    assert.deepEqual([pruned.code, pruned.stdout, pruned.stderr], [exitCodes.ok, '', ''])
    assert.equal(prune?.outcome, 'succeeded')
  })

  it('ends a comparison when its time is up', async () => {
    await erpsync('push', 'sales-order', await file('slow-sap.ndjson', orders('SLOW-SAP', 1)))
    await pipeline.workOff()
    await pipeline.admin.setFaults({faults: [{kind: 'latency', ms: 20_000, method: 'GET', rate: 1}]})
    const plan = ['resync', 'plan', 'sales-order', 'SLOW-SAP-1', '--time-limit', '1s']

    const {code, stdout} = await erpsync(...plan, '--cron', '--job', 'slow-sap', '--json')

    await pipeline.admin.clearFaults()
    const [run] = await runsOf('slow-sap')
    const {error} = JSON.parse(stdout) as {error: {exitCode: number}}
    assert.deepEqual([code, error.exitCode, run?.outcome], [exitCodes.pending, exitCodes.pending, 'timed_out'])
  })

  it('forgets a job that is not running, and says so on the trail', async () => {
    const slow = await startSlow('renamed')
    const forget = ['job', 'forget', 'renamed', '--yes', '--actor', 'ada', '--reason', 'renamed to orders']

    const busy = await erpsync(...forget)
    await slow.stop()
    const done = await erpsync(...forget)
    const again = await erpsync(...forget)

    const {rows} = await pipeline.database.query(
      `select actor, reason, before from erpsync.trail where action = 'job.forget'`,
    )
    assert.deepEqual([busy.code, done.code, again.code], [exitCodes.locked, exitCodes.ok, exitCodes.usage])
    assert.equal(done.stdout, 'Forgot renamed; runs removed: 1.\n')
    assert.deepEqual(rows, [{actor: 'ada', reason: 'renamed to orders', before: {job: 'renamed', runs: 1}}])
    assert.deepEqual(await runsOf('renamed'), [])
  })

  it('does not end with 0 if nobody will know how it ended', async () => {
    const slow = await startSlow('unwritten', '--time-limit', '2s')
    await pipeline.database.query('alter table erpsync.job_run rename to job_run_gone')

    const {code, stderr} = await slow.ended

    await pipeline.database.query('alter table erpsync.job_run_gone rename to job_run')
    assert.equal(code, exitCodes.pending)
    assert.match(stderr, /Error: how the job ended could not be written down: relation "erpsync.job_run"/)
  })
})
