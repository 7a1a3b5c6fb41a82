import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {allFlows, findFlow, loadConfig, requireSecrets} from '#lib/config/load.js'
import {parseDuration} from '#lib/config/duration.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

const valid = {
  postgres: {url: 'postgres://localhost/erpsync'},
  rabbitmq: {urls: ['amqp://localhost']},
  destinations: {s4: {kind: 'odata', baseUrl: 'https://s4.example.com/sap', timeout: '5s'}},
  flows: {
    'sales-order': {
      schema: 'order.schema.json',
      key: 'orderId',
      destination: 's4',
      operation: {
        service: 'A',
        entitySet: 'B',
        method: 'create',
        map: 'map/order.jsonata',
        reference: 'C',
        result: 'D',
      },
    },
  },
}

describe('loadConfig', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-config-'))
  })
  after(async () => rm(folder, {recursive: true}))

  const load = async (config: unknown, env: NodeJS.ProcessEnv = {}) => {
    const path = join(folder, 'erpsync.yaml')
    await writeFile(path, typeof config === 'string' ? config : JSON.stringify(config))
    return loadConfig(path, env)
  }
  const refusal = async (config: unknown): Promise<ErpSyncError> => {
    try {
      await load(config)
    } catch (error) {
      assert.ok(error instanceof ErpSyncError)
      assert.equal(error.exitCode, exitCodes.configuration)
      return error
    }
    return assert.fail('was accepted')
  }
  const flowWith = (changes: object) => ({
    ...valid,
    flows: {'sales-order': {...valid.flows['sales-order'], ...changes}},
  })

  it('fills in the defaults, reads durations and makes paths absolute', async () => {
    const config = await load(valid)
    const flow = findFlow(config, 'sales-order')

    assert.deepEqual(flow.retry, {
      delays: [5000, 30_000, 120_000, 600_000, 3_600_000],
      attempts: 8,
      maxAge: 86_400_000,
      immediate: [],
      byClass: {},
    })
    assert.equal(flow.operation.probe.settle, 30_000)
    assert.equal(flow.target.timeout, 5000)
    assert.equal(flow.schema, join(folder, 'order.schema.json'))
    assert.equal(flow.operation.map, join(folder, 'map/order.jsonata'))
    assert.equal(config.rabbitmq.prefix, 'erpsync')
  })

  it('names every problem with its place, and what was probably meant', async () => {
    const {message} = await refusal({
      ...flowWith({schema: undefined, ownr: 'x', retry: {atempts: 3, delays: ['5 parsecs']}}),
      postgre: {},
    })

    assert.match(message, /flows\.sales-order\.schema: is missing/)
    assert.match(message, /the file: unknown key "postgre"\. Did you mean "postgres"\?/)
    assert.match(message, /flows\.sales-order: unknown key "ownr"\. Did you mean "owner"\?/)
    assert.match(message, /flows\.sales-order\.retry: unknown key "atempts"\. Did you mean "attempts"\?/)
    assert.match(message, /flows\.sales-order\.retry\.delays\.0: expected a duration such as .*"5 parsecs"/)
  })

  it('refuses a flow whose destination is not there, whatever its name', async () => {
    for (const destination of ['s5', 'constructor']) {
      assert.match((await refusal(flowWith({destination}))).message, /no destination is called/)
    }
  })

  it('tells where YAML is broken, and that a file is missing', async () => {
    assert.match((await refusal('postgres: {url')).message, /is not YAML/)
    await assert.rejects(loadConfig(join(folder, 'none.yaml'), {}), {
      code: 'config_unreadable',
      exitCode: exitCodes.configuration,
    })
  })

  it('fills placeholders from environment, files and credentials', async () => {
    await writeFile(join(folder, 'secret'), 'from-file\n')
    const auth = {basic: {user: '${env:ERP_USER}', password: '${file:secret}'}}
    const config = await load(
      {
        ...valid,
        postgres: {url: 'postgres://ada:${credential:secret}@${env:HOST}/db'},
        destinations: {s4: {...valid.destinations.s4, auth}},
      },
      {ERP_USER: 'ada $& b', HOST: 'db', CREDENTIALS_DIRECTORY: folder},
    )

    assert.equal(config.postgres.url, 'postgres://ada:from-file@db/db')
    const {s4} = config.destinations
    assert.deepEqual(s4?.kind === 'odata' && s4.auth, {basic: {user: 'ada $& b', password: 'from-file'}})
    assert.deepEqual(config.unresolved, [])
  })

  it('leaves a secret that is missing to the command that needs it', async () => {
    const config = await load({...valid, postgres: {url: '${env:NOWHERE}'}})

    requireSecrets(config, 'rabbitmq')
    assert.throws(() => requireSecrets(config, 'postgres'), {
      message: 'postgres.url: the environment variable NOWHERE is not set',
      exitCode: exitCodes.configuration,
    })
  })
})

describe('findFlow', () => {
  it('suggests the nearest name, also for one that every object has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'erpsync-config-'))
    await writeFile(join(folder, 'erpsync.yaml'), JSON.stringify(valid))
    const config = await loadConfig(join(folder, 'erpsync.yaml'), {})

    assert.deepEqual(
      allFlows(config).map(({name}) => name),
      ['sales-order'],
    )
    assert.throws(() => findFlow(config, 'sales-ordr'), {
      message: 'There is no flow "sales-ordr". Did you mean "sales-order"?',
      exitCode: exitCodes.usage,
    })
    assert.throws(() => findFlow(config, 'constructor'), {code: 'unknown_flow'})
    await rm(folder, {recursive: true})
  })
})

describe('parseDuration', () => {
  it('reads what people write, and nothing else', () => {
    assert.deepEqual(
      ['500ms', '30s', '2m', '1.5h', '7d', ' 1s '].map(parseDuration),
      [500, 30_000, 120_000, 5_400_000, 604_800_000, 1000],
    )
    assert.deepEqual(['', '5', 's', '-1s', '1 s', '1w', '1s2'].map(parseDuration), Array.from({length: 7}))
  })
})
