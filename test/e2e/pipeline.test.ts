import assert from 'node:assert/strict'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {eventually} from '../support/eventually.js'
import {order, orders, referenceOf} from '../support/orders.js'
import {openPipeline, type Pipeline} from '../support/pipeline.js'
import {type CliResult, runCli, startCli} from '../support/run-cli.js'

interface ErrorEnvelope {
  readonly error: {readonly code: string; readonly message: string; readonly hint?: string; readonly exitCode: number}
}

describe('erpsync on the command line', function () {
  this.timeout(90_000)
  let pipeline: Pipeline
  let folder: string
  let env: Readonly<Record<string, string>>
  before(async () => {
    pipeline = await openPipeline()
    folder = await mkdtemp(join(tmpdir(), 'erpsync-e2e-'))
    env = {ERPSYNC_CONFIG: pipeline.configPath}
  })
  after(async () => {
    await pipeline.close()
    await rm(folder, {recursive: true, force: true})
  })

  const erpsync = async (...args: readonly string[]): Promise<CliResult> => runCli(args, {env})
  const file = async (name: string, lines: readonly unknown[]): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
    return path
  }
  const errorOf = ({stdout}: CliResult) => (JSON.parse(stdout) as ErrorEnvelope).error
  const withConfig = async (changes: Readonly<Record<string, unknown>>): Promise<string> => {
    const config = JSON.parse(await readFile(pipeline.configPath, 'utf8')) as Record<string, unknown>
    return file('changed.yaml', [{...config, ...withAbsoluteSchema(config), ...changes}])
  }
  const withAbsoluteSchema = (config: Record<string, unknown>) => {
    const flows = config.flows as Record<string, Record<string, unknown>>
    const schema = join(pipeline.configPath, '..', 'order.schema.json')
    return {flows: Object.fromEntries(Object.entries(flows).map(([name, flow]) => [name, {...flow, schema}]))}
  }

  describe('push', () => {
    it('accepts what is good, names what is not, and keeps it in a file (exit 3)', async () => {
      const input = await file('some.ndjson', [order('E2E-1'), '{', {orderId: 'E2E-2'}, order('E2E-3'), 'null'])
      const rejects = join(folder, 'rejects.ndjson')

      const {code, stdout, stderr} = await erpsync('push', 'sales-order', input, '--rejects', rejects)

      assert.equal(code, exitCodes.someFailed)
      assert.match(stdout, /5 read, 2 accepted, 0 duplicate, 3 rejected/)
      assert.match(stderr, /line 3.*\/revision is missing/)
      const kept = (await readFile(rejects, 'utf8')).trim().split('\n')
      assert.deepEqual(
        kept.map((line) => (JSON.parse(line) as {line: number}).line),
        [2, 3, 5],
      )
    })

    it('tells the same to a script', async () => {
      const input = await file('again.ndjson', [order('E2E-1'), order('E2E-1', {currency: 'EUR'})])

      const {code, stdout} = await erpsync('push', 'sales-order', input, '--json')

      assert.equal(code, exitCodes.someFailed)
      const {read, accepted, duplicate, rejected} = JSON.parse(stdout) as Record<string, unknown>
      assert.deepEqual({read, accepted, duplicate, rejected}, {read: 2, accepted: 0, duplicate: 1, rejected: 1})
    })

    it('reads standard input', async () => {
      const {code, stdout} = await runCli(['push', 'sales-order', '-'], {env, input: JSON.stringify(order('E2E-4'))})

      assert.equal(code, exitCodes.ok)
      assert.match(stdout, /1 read, 1 accepted/)
    })

    it('ends with 65 when nothing is good, 66 when there is no file', async () => {
      const bad = await erpsync('push', 'sales-order', await file('bad.ndjson', ['{', '[]']))
      const missing = await erpsync('push', 'sales-order', join(folder, 'none.ndjson'), '--json')

      assert.equal(bad.code, exitCodes.badInput)
      assert.equal(missing.code, exitCodes.missingInput)
      assert.deepEqual([errorOf(missing).code, errorOf(missing).exitCode], ['input_missing', exitCodes.missingInput])
    })

    it('suggests the flow that was meant (exit 2)', async () => {
      const told = await erpsync('push', 'sales-ordr', 'any.ndjson')
      const scripted = await erpsync('push', 'sales-ordr', 'any.ndjson', '--json')

      assert.equal(told.code, exitCodes.usage)
      assert.match(told.stderr, /Did you mean "sales-order"\?/)
      assert.equal(scripted.code, exitCodes.usage)
      assert.equal(errorOf(scripted).code, 'unknown_flow')
    })

    it('says which PostgreSQL cannot be reached, without its password (exit 69)', async () => {
      const config = await withConfig({postgres: {url: 'postgres://ada:s3cret@127.0.0.1:1/erp'}})
      const input = await file('one.ndjson', [order('E2E-5')])

      for (const json of [[], ['--json']]) {
        const {code, stdout, stderr} = await erpsync('push', 'sales-order', input, '--config', config, ...json)

        assert.equal(code, exitCodes.unreachable)
        assert.match(stdout + stderr, /postgres:\/\/ada:\*\*\*@127\.0\.0\.1:1\/erp/)
        assert.ok(!(stdout + stderr).includes('s3cret'))
      }
    })

    it('names what is wrong with the configuration (exit 78)', async () => {
      const config = await withConfig({rabbitmq: {url: 'amqp://localhost'}})

      const {code, stderr} = await erpsync('push', 'sales-order', 'any', '--config', config)

      assert.equal(code, exitCodes.configuration)
      assert.match(stderr, /unknown key "url"\. Did you mean "urls"\?/)
    })
  })

  for (const command of [
    ['worker', 'start'],
    ['topology', 'declare'],
  ]) {
    it(`${command.join(' ')} says which RabbitMQ cannot be reached, without its password (exit 69)`, async () => {
      const config = await withConfig({rabbitmq: {urls: ['amqp://ada:s3cret@127.0.0.1:1/erp']}})

      const {code, stdout, stderr} = await erpsync(...command, '--config', config)

      assert.equal(code, exitCodes.unreachable)
      assert.match(stdout + stderr, /amqp:\/\/ada:\*\*\*@127\.0\.0\.1:1\/erp/)
      assert.ok(!(stdout + stderr).includes('s3cret'))
    })
  }

  describe('worker start', () => {
    it('ends when a queue is missing, although the relay could go on (exit 78)', async () => {
      const config = await withConfig({rabbitmq: {urls: [pipeline.vhost.url], prefix: 'undeclared'}})

      const {code, stderr} = await erpsync('worker', 'start', '--config', config)

      assert.equal(code, exitCodes.configuration)
      assert.match(stderr, /erpsync topology declare/)
    })

    it('finishes what is in flight on SIGTERM and ends with 0', async () => {
      await pipeline.admin.setFaults({faults: [{kind: 'latency', ms: 300, method: 'POST', rate: 1}]})
      const documents = orders('TERM', 20)
      await pipeline.push(...documents)
      const worker = startCli(['worker', 'start', '--log-format', 'json'], {env})
      await worker.waitForOutput('message synced', 20_000)

      const {code, stderr} = await worker.stop('SIGTERM')

      assert.equal(code, exitCodes.ok)
      assert.match(stderr, /worker stopped/)
      const {rows} = await pipeline.database.query(
        `select from erpsync.message where state in ('in_flight', 'in_doubt')`,
      )
      assert.equal(rows.length, 0)
      await pipeline.admin.clearFaults()
    })

    it('goes on after it was killed in mid-call, and books nothing twice', async () => {
      await pipeline.admin.setFaults({faults: [{kind: 'latency', ms: 400, method: 'POST', rate: 1}]})
      await pipeline.push(...orders('KILL', 60))
      const first = startCli(['worker', 'start', '--log-format', 'json'], {env})
      await first.waitForOutput('message synced', 20_000)
      // Held still, so that it ends no call between the look and the kill.
      await eventually(async () => {
        process.kill(first.pid, 'SIGSTOP')
        // PostgreSQL may still be at what it sent last.
        await delay(100)
        if ((await countState('in_flight')) > 0) return true
        process.kill(first.pid, 'SIGCONT')
        return false
      })
      await first.kill()
      assert.ok((await countState('in_flight')) > 0)
      await pipeline.admin.clearFaults()

      const second = startCli(['worker', 'start', '--log-format', 'json'], {env})
      await eventually(pipeline.isQuiet, {timeoutMs: 40_000})
      await second.stop()

      await pipeline.balance()
    })

    const countState = async (state: string): Promise<number> => {
      const {rows} = await pipeline.database.query('select from erpsync.message where state = $1', [state])
      return rows.length
    }
  })

  describe('dlq', () => {
    it('lists, shows and replays a letter, and says what became of it', async () => {
      const document = order('E2E-DEAD', {customerId: 'NOBODY'})
      await pipeline.push(document)
      const worker = startCli(['worker', 'start', '--log-format', 'json'], {env})
      await worker.waitForOutput('dead letter archived', 20_000)
      const listed = await erpsync('dlq', 'list', '--json')
      const {letters} = JSON.parse(listed.stdout) as {letters: readonly {id: string; key: string}[]}
      const letter = letters.find(({key}) => key === document.orderId)
      assert.ok(letter)

      const shown = await erpsync('dlq', 'show', letter.id)
      const replayed = await erpsync('dlq', 'replay', letter.id, '--wait', '--json')
      await worker.stop()

      assert.equal(shown.code, exitCodes.ok)
      assert.match(shown.stdout, /sap:VP\/204/)
      assert.equal(replayed.code, exitCodes.someFailed)
      const {outcome} = JSON.parse(replayed.stdout) as {outcome: unknown}
      assert.deepEqual(outcome, {resolved: 0, diedAgain: 1, pending: 0})
      assert.equal((await pipeline.admin.effectOf(referenceOf(document))).creates, 0)
    })
  })
})
