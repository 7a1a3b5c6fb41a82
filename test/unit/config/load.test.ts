import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {allFlows, findFlow, findInbox, loadConfig, requireSecrets} from '#lib/config/load.js'
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

/** A configuration with one flow by RFC. */
function rfcConfig(changes: object = {}, connection: object = {ashost: 'ecc', sysnr: '00', client: '100'}) {
  const {schema, key} = valid.flows['sales-order']
  const operation = {
    steps: [{function: 'BAPI_X', parameters: 'x.jsonata', result: 'NUMBER'}],
    commit: 'explicit',
    method: 'create',
    reference: 'HEAD.REF',
    probe: {table: 'VBAK', field: 'BSTNK', result: 'VBELN'},
    messages: [{code: 'V1/042', class: 'transient'}],
    ...changes,
  }
  return {
    ...valid,
    destinations: {ecc: {kind: 'rfc', connection, sdk: {library: 'sdk', module: '/opt/erpsync'}}},
    flows: {'sales-order': {schema, key, destination: 'ecc', operation}},
  }
}

function idocConfig(operation: object = {}, flow: object = {}) {
  return {
    ...valid,
    destinations: {ecc: {kind: 'idoc', baseUrl: 'https://ecc.example.com', control: {SNDPRN: 'ERPSYNC'}}},
    flows: {
      'sales-order': {
        schema: 'order.schema.json',
        key: 'orderId',
        destination: 'ecc',
        operation: {idocType: 'ORDERS05', messageType: 'ORDERS', map: 'x.jsonata', ...operation},
        ...flow,
      },
    },
  }
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
    assert.equal(flow.operation.kind === 'odata' && flow.operation.map, join(folder, 'map/order.jsonata'))
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

  it('gives an operation the kind of its destination, and makes all its paths absolute', async () => {
    const probe = {function: 'Z_FIND', parameters: 'find.jsonata', found: 'NUMBERS.VBELN'}
    const config = await load(rfcConfig({probe}))

    const {operation, target} = findFlow(config, 'sales-order')
    assert.deepEqual(operation, {
      kind: 'rfc',
      steps: [{function: 'BAPI_X', parameters: join(folder, 'x.jsonata'), result: 'NUMBER'}],
      commit: 'explicit',
      method: 'create',
      reference: 'HEAD.REF',
      probe: {...probe, kind: 'function', settle: 30_000, parameters: join(folder, 'find.jsonata')},
      messages: [{code: 'V1/042', class: 'transient'}],
    })
    assert.deepEqual(target.kind === 'rfc' && target.sdk, {library: join(folder, 'sdk'), module: '/opt/erpsync'})
  })

  it('lets a null destination take operations of any kind', async () => {
    const rfc = await load({...rfcConfig(), destinations: {ecc: {kind: 'null'}}})
    const odata = await load({...valid, destinations: {s4: {kind: 'null'}}})

    assert.deepEqual(
      [rfc, odata].map((config) => findFlow(config, 'sales-order').operation.kind),
      ['rfc', 'odata'],
    )
  })

  it('says what is wrong with an operation by the words of its kind', async () => {
    const {message} = await refusal(
      rfcConfig({
        steps: [{functon: 'BAPI_X', function: 'BAPI_X', parameters: 'x.jsonata'}],
        comit: 'explicit',
        probe: {table: 'VBAK', feld: 'BSTNK'},
      }),
    )

    assert.match(message, /operation: unknown key "comit"\. Did you mean "commit"\?/)
    assert.match(message, /operation\.steps\.0: unknown key "functon"\. Did you mean "function"\?/)
    assert.match(message, /operation\.probe: unknown key "feld"\. Did you mean "field"\?/)
    assert.match((await refusal(rfcConfig({entitySet: 'A_SalesOrder'}))).message, /unknown key "entitySet"/)
    assert.match((await refusal(flowWith({operation: {steps: []}}))).message, /operation\.service: is missing/)
    assert.match((await refusal(rfcConfig({kind: 'rfc'}))).message, /operation\.kind: an operation is of the kind of/)
  })

  it('tells a value of the wrong form from one that is missing', async () => {
    const {message} = await refusal({...flowWith({key: 5}), rabbitmq: {}})

    assert.match(message, /flows\.sales-order\.key: (?!is missing).*string/)
    assert.match(message, /rabbitmq\.urls: is missing/)
  })

  it('knows the parameters of an RFC connection, and that they are texts', async () => {
    const {message} = await refusal(rfcConfig({}, {ashost: 'h', sysnr: 0, client: '100', paswd: 'x'}))

    assert.match(message, /destinations\.ecc\.connection\.sysnr: expected a text; write it in quotes, e\.g\. "00"/)
    assert.match(message, /destinations\.ecc\.connection: unknown key "paswd"\. Did you mean "passwd"\?/)
    assert.match(
      (await refusal(rfcConfig({}, {client: '100'}))).message,
      /ecc\.connection: expected ashost and sysnr, or mshost and r3name, or wshost and wsport/,
    )
  })

  it('refuses operations over RFC that could not keep their promise', async () => {
    const steps = ['a', 'b'].map((name) => ({function: name, parameters: `${name}.jsonata`}))
    const probe = {table: 'VBAK', field: 'BSTNK', result: 'VBELN'}

    assert.match((await refusal(rfcConfig({steps, commit: 'internal'}))).message, /operation\.commit: several steps/)
    assert.match((await refusal(rfcConfig({reference: undefined}))).message, /operation\.reference: create needs/)
    assert.match((await refusal(rfcConfig({method: 'change', probe}))).message, /operation\.probe: whether SAP holds/)
    assert.match((await refusal(rfcConfig({probe: {table: 'VBAK'}}))).message, /operation\.probe: expected either/)
  })

  it('reads an operation by IDoc, and where its statuses are', async () => {
    const config = await load(idocConfig({probe: {settle: '5s', status: {service: '/odata/Z', entitySet: 'Set'}}}))

    const {operation, target} = findFlow(config, 'sales-order')
    assert.deepEqual(operation, {
      kind: 'idoc',
      idocType: 'ORDERS05',
      messageType: 'ORDERS',
      map: join(folder, 'x.jsonata'),
      control: {},
      probe: {
        settle: 5000,
        status: {
          protocol: 'v2',
          service: '/odata/Z',
          entitySet: 'Set',
          arckey: 'ARCKEY',
          docnum: 'DOCNUM',
          status: 'STATUS',
        },
      },
      messages: [],
    })
    assert.deepEqual(target.kind === 'idoc' && [target.path, target.control], ['/sap/bc/srt/idoc', {SNDPRN: 'ERPSYNC'}])
  })

  it('says what is wrong with an operation by IDoc', async () => {
    assert.match(
      (await refusal(idocConfig({idocTyp: 'X'}))).message,
      /unknown key "idocTyp"\. Did you mean "idocType"\?/,
    )
    assert.match((await refusal(idocConfig({control: {SNDPRN: '12345678901'}}))).message, /operation\.control\.SNDPRN/)
    assert.match((await refusal(idocConfig({control: {SNDPORT: 'X'}}))).message, /"SNDPORT"\. Did you mean "SNDPOR"\?/)
    assert.match(
      (await refusal(idocConfig({reference: 'BELNR'}))).message,
      /operation\.reference: segments and a field/,
    )
  })

  it('keeps no order over IDocs whose status is not read', async () => {
    const probe = {status: {service: '/odata/Z', entitySet: 'Set'}}

    for (const order of ['latest', 'strict']) {
      assert.match(
        (await refusal(idocConfig({}, {order}))).message,
        /flows\.sales-order\.operation\.probe\.status: SAP posts IDocs in any order/,
      )
      assert.equal(findFlow(await load(idocConfig({probe}, {order})), 'sales-order').order, order)
    }
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

describe('findInbox', () => {
  const load = async (inboxes: object) => {
    const folder = await mkdtemp(join(tmpdir(), 'erpsync-config-'))
    await writeFile(join(folder, 'erpsync.yaml'), JSON.stringify({...valid, inboxes}))
    const config = await loadConfig(join(folder, 'erpsync.yaml'), {})
    await rm(folder, {recursive: true})
    return config
  }

  it('gives an inbox with how long it keeps rows, and names the nearest where there is none (exit 2)', async () => {
    const shop = {url: 'postgres://localhost/shop'}
    const config = await load({shop, crm: {...shop, keep: '12h'}})

    const found = ['shop', 'crm'].map((name) => findInbox(config, name))

    assert.deepEqual(found, [
      {...shop, keep: 7 * 86_400_000},
      {...shop, keep: 12 * 3_600_000},
    ])
    assert.throws(() => findInbox(config, 'shp'), {exitCode: exitCodes.usage, message: /Did you mean "shop"/})
  })

  it('asks for the secret of its address and of no other (exit 78)', async () => {
    const config = await load({shop: {url: '${env:ERPSYNC_TEST_NOT_SET}'}, crm: {url: 'postgres://localhost/crm'}})

    assert.equal(findInbox(config, 'crm').url, 'postgres://localhost/crm')
    assert.throws(() => findInbox(config, 'shop'), {exitCode: exitCodes.configuration, message: /inboxes\.shop\.url/})
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
