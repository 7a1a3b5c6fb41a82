import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
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
    const {lockedOut} = JSON.parse(skippedJson.stdout) as {lockedOut: {job: string; by: {pid: number}}}
    assert.deepEqual([lockedOut.job, lockedOut.by.pid], ['nightly', slow.pid])
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
})
