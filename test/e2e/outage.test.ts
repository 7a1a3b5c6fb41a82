import assert from 'node:assert/strict'
import {chmod, mkdtemp} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {takeDown} from '#lib/sandbox/services/down.js'
import {sandboxEnvironment} from '#lib/sandbox/services/env-file.js'
import type {ServiceName} from '#lib/sandbox/services/service.js'
import {bringUp} from '#lib/sandbox/services/up.js'
import {eventually} from '../support/eventually.js'
import {orders} from '../support/orders.js'
import {openPipeline, type Pipeline} from '../support/pipeline.js'
import {startCli} from '../support/run-cli.js'

const titles = {postgres: 'PostgreSQL', rabbitmq: 'RabbitMQ'} as const

describe('worker start while a server crashes and comes back', function () {
  this.timeout(240_000)
  let folder: string
  let pipeline: Pipeline
  const surroundings = {signal: new AbortController().signal, report: () => {}}
  // Without the addresses of the servers that the other tests share.
  const {PATH = '', HOME = ''} = process.env
  const up = async (...services: readonly ServiceName[]) =>
    bringUp({folder, services, env: {PATH, HOME}, ...surroundings})
  const crash = async (...services: readonly ServiceName[]) =>
    takeDown({folder, services, keepData: true, crash: true, ...surroundings})

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-outage-'))
    await chmod(folder, 0o711)
    const {
      ERPSYNC_POSTGRES_URL: postgresUrl = '',
      ERPSYNC_RABBITMQ_URL: rabbitmqUrl = '',
      ERPSYNC_RABBITMQ_MANAGEMENT_URL: managementUrl = '',
    } = sandboxEnvironment((await up('postgres', 'rabbitmq')).sandbox)
    pipeline = await openPipeline({servers: {postgresUrl, rabbitmqUrl, managementUrl}})
  })
  after(async () => {
    await pipeline?.close()
    await takeDown({folder, ...surroundings})
  })

  for (const service of ['postgres', 'rabbitmq'] as const) {
    it(`delivers everything once in spite of a crash of ${titles[service]} in mid-run`, async () => {
      const latency = {kind: 'latency', ms: 200, method: 'POST', rate: 1} as const
      await pipeline.admin.setFaults({faults: [latency]})
      await pipeline.push(...orders(service.toUpperCase(), 80))
      const booked = async () => (await pipeline.admin.stats()).effects.creates
      const before = await booked()
      const worker = startCli(['worker', 'start', '--log-format', 'json'], {env: {ERPSYNC_CONFIG: pipeline.configPath}})
      await eventually(async () => (await booked()) > before + 10, {timeoutMs: 30_000})

      await crash(service)
      await eventually(() => /not reachable; waiting|broker reconnecting|interrupted/.test(worker.stderr()))
      await up(service)

      await eventually(pipeline.isQuiet, {timeoutMs: 90_000, everyMs: 200})
      const {code} = await worker.stop()
      assert.equal(code, 0)
      assert.equal((await booked()) - before, 80)
      await pipeline.balance()
    })
  }
})
