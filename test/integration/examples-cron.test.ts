import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {chmod, mkdtemp, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {jobs, nextAfter} from '#lib/config/jobs.js'
import {type Config, loadConfig} from '#lib/config/load.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {runCli} from '../support/run-cli.js'
import {skipSuite} from '../support/skip-suite.js'

const run = promisify(execFile)
const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const program = file('bin/run.js')
/** A configuration that is not there: whatever is wrong with flags and arguments is told before it is looked for. */
const nowhere = '/nowhere/erpsync.yaml'

async function exampleConfig(): Promise<Config> {
  return loadConfig(file('examples/erpsync.yaml'), {})
}

describe('examples/crontab', function () {
  this.timeout(30_000)
  interface CrontabLine {
    readonly schedule: string
    /** As cron gives it to the shell. */
    readonly command: string
  }
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-crontab-'))
    await symlink(program, join(folder, 'erpsync'))
  })
  after(async () => rm(folder, {recursive: true, force: true}))

  const crontab = async (): Promise<readonly CrontabLine[]> => {
    const text = await readFile(file('examples/crontab'), 'utf8')
    return text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#') && !/^[A-Z_]+=/.test(line))
      .map((line) => {
        const [, schedule = '', typed = ''] = /^(\S+ \S+ \S+ \S+ \S+) +(\S.*)$/.exec(line) ?? []
        // What comes behind a bare % cron gives to the standard input.
        const [command = ''] = typed.split(/(?<!\\)%/)
        assert.equal(command, typed)
        return {schedule, command: command.replaceAll('\\%', '%')}
      })
  }

  it('has schedules that come round, the same as the configuration has', async () => {
    const lines = await crontab()
    const config = await exampleConfig()

    const byJob = lines.flatMap(({schedule, command}) => {
      const [, job] = / --job (\S+)/.exec(command) ?? []
      return job === undefined ? [] : [[job, schedule] as const]
    })

    for (const {schedule} of lines) assert.ok(jobs.safeParse({any: {schedule}}).success, schedule)
    const configured = Object.entries(config.jobs).map(([job, {schedule}]) => [job, schedule])
    assert.deepEqual(byJob, configured)
  })

  it('has commands that a shell and erpsync understand', async () => {
    const lines = await crontab()
    const env = {PATH: `${folder}:${process.env.PATH}`, ERPSYNC_CONFIG: nowhere, HOME: folder}

    for (const {command} of lines) {
      const said = await run('/bin/sh', ['-c', command], {env}).catch((error: {stderr: string}) => error)
      assert.match(said.stderr, /^Error: The configuration file \/nowhere\/erpsync.yaml cannot be read/, command)
    }
    assert.equal(lines.length, 4)
  })
})

describe('examples/systemd', function () {
  this.timeout(30_000)
  let folder: string
  let names: readonly string[]
  before(async function () {
    await run('systemd-analyze', ['--version']).catch(() => skipSuite(this, 'systemd-analyze is not installed here'))
    folder = await mkdtemp(join(tmpdir(), 'erpsync-units-'))
    names = (await readdir(file('examples/systemd'))).toSorted()
    for (const name of names) {
      // systemd looks whether the program is there.
      const text = (await unit(name)).replaceAll('/usr/local/bin/erpsync', program)
      await writeFile(join(folder, name), text)
      await chmod(join(folder, name), 0o644)
    }
  })
  after(async () => {
    if (folder !== undefined) await rm(folder, {recursive: true, force: true})
  })

  const unit = async (name: string): Promise<string> => readFile(file(`examples/systemd/${name}`), 'utf8')
  const verify = async (name: string): Promise<string> => {
    const {stderr} = await run('systemd-analyze', ['verify', join(folder, name)]).catch(
      (error: {stderr: string}) => error,
    )
    // Units of the machine may have faults of their own.
    return stderr
      .split('\n')
      .filter((line) => line.includes('erpsync'))
      .join('\n')
  }

  it('holds units that systemd takes without a word', async () => {
    assert.deepEqual(names, ['erpsync-push.service', 'erpsync-push.timer', 'erpsync-worker.service'])

    for (const name of names) assert.equal(await verify(name), '')
  })

  it('would be told of a key that systemd does not know, and of a program that is not there', async () => {
    const text = (await unit('erpsync-worker.service')).replace('RestartSec=', 'RestartSecs=')
    await writeFile(join(folder, 'erpsync-wrong.service'), text)

    const said = await verify('erpsync-wrong.service')

    assert.match(said, /Unknown key/)
    assert.match(said, /\/usr\/local\/bin\/erpsync is not executable/)
  })

  it('starts commands that erpsync understands', async () => {
    for (const name of names.filter((each) => each.endsWith('.service'))) {
      const [, command = ''] = /^ExecStart=\/usr\/local\/bin\/erpsync (.+)$/m.exec(await unit(name)) ?? []
      const args = command.replaceAll('%%', '%').split(' ')

      const {code, stderr} = await runCli(args, {env: {ERPSYNC_CONFIG: nowhere}})

      assert.equal(code, exitCodes.configuration, stderr)
      assert.doesNotMatch(command.replaceAll('%%', ''), /[%$'"]/)
    }
  })

  it('has a timer that starts the job when the configuration expects it', async () => {
    const [, calendar = ''] = /^OnCalendar=(.+)$/m.exec(await unit('erpsync-push.timer')) ?? []
    const {orders} = (await exampleConfig()).jobs
    const base = '2026-11-26 12:01:00 UTC'

    const {stdout} = await run('systemd-analyze', ['calendar', '--iterations=3', `--base-time=${base}`, calendar], {
      env: {...process.env, TZ: 'UTC', LC_ALL: 'C'},
    })

    const elapses = [...stdout.matchAll(/(?:Next elapse|Iter\. #\d+): \S+ (\S+ \S+ UTC)/g)].map(
      ([, at = '']) => new Date(at),
    )
    assert.ok(orders !== undefined)
    const first = nextAfter(orders, new Date(base))
    const second = first && nextAfter(orders, first)
    assert.deepEqual(elapses, [first, second, second && nextAfter(orders, second)])
  })
})
