import assert from 'node:assert/strict'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parse} from 'yaml'
import {allFlows, loadConfig} from '#lib/config/load.js'
import {deriveConfig} from '#demo/derive-config.js'
import {examplesFolder} from '#demo/place.js'

describe('deriveConfig', () => {
  it('changes times, attempts, prefix and paths of the example, and nothing else', async () => {
    const example = await readFile(join(examplesFolder, 'erpsync.yaml'), 'utf8')

    const derived = parse(deriveConfig(example, '/somewhere'))

    const wanted = parse(example)
    wanted.rabbitmq.prefix = 'erpsync-demo'
    wanted.destinations.s4.timeout = '3s'
    for (const name of ['sales-order', 'business-partner']) {
      const flow = wanted.flows[name]
      flow.schema = `/somewhere/flows/${name}.schema.json`
      flow.operation.map = `/somewhere/flows/${name}.jsonata`
      flow.operation.probe = {settle: '2s'}
      flow.retry = {attempts: 12, ...flow.retry, delays: ['500ms', '2s', '5s']}
    }
    assert.deepEqual(derived, wanted)
  })

  it('changes that of the example by RFC, and names the library to call by', async () => {
    const example = await readFile(join(examplesFolder, 'erpsync-rfc.yaml'), 'utf8')
    const sdk = {library: '/sdk/lib', module: '/sdk/node'}

    const derived = parse(deriveConfig(example, '/somewhere', sdk))

    const wanted = parse(example)
    wanted.rabbitmq.prefix = 'erpsync-demo'
    Object.assign(wanted.destinations.ecc, {timeout: '3s', sdk})
    for (const flow of Object.values<Flow>(wanted.flows)) {
      flow.schema = `/somewhere/${flow.schema}`
      for (const step of flow.operation.steps) step.parameters = `/somewhere/${step.parameters}`
      flow.operation.probe.settle = '2s'
      flow.retry = {attempts: 12, ...flow.retry, delays: ['500ms', '2s', '5s']}
    }
    wanted.flows.customer.operation.probe.parameters = '/somewhere/rfc/customer-look-up.jsonata'
    assert.deepEqual(derived, wanted)
    assert.equal(wanted.flows.customer.retry.attempts, 4)
  })

  it('gives a configuration that erpsync accepts from any folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'erpsync-derive-'))
    const path = join(folder, 'erpsync.yaml')
    await writeFile(path, deriveConfig(await readFile(join(examplesFolder, 'erpsync.yaml'), 'utf8'), examplesFolder))

    const flows = allFlows(await loadConfig(path, {}))

    await rm(folder, {recursive: true})
    assert.deepEqual(
      flows.map(({name, schema, retry, target}) => ({name, schema, delays: retry.delays, timeout: target.timeout})),
      ['sales-order', 'business-partner'].map((name) => ({
        name,
        schema: join(examplesFolder, `flows/${name}.schema.json`),
        delays: [500, 2000, 5000],
        timeout: 3000,
      })),
    )
  })
})

/** As far as the test changes one. */
interface Flow {
  schema: string
  readonly operation: {readonly steps: {parameters: string}[]; readonly probe: {settle: string}}
  retry?: object
}
