import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openDeclarer} from '#lib/broker/declarer.js'
import {freshVhost} from '../../support/fresh-vhost.js'

describe('erpsync topology', function () {
  this.timeout(60_000)

  it('shows, compares, declares and compares again', async () => {
    const {erpsync, drop} = await setup()

    const shown = await erpsync('show', '--json')
    const before = await erpsync('diff', '--exit-code', '--json')
    const declared = await erpsync('declare')
    const after = await erpsync('diff', '--exit-code')
    const again = await erpsync('declare', '--json')
    await drop()

    const {objects} = JSON.parse(shown.stdout) as {objects: {kind: string; name?: string}[]}
    const names = objects.flatMap(({name}) => name ?? [])
    const {differences} = JSON.parse(before.stdout) as {differences: unknown[]}
    assert.deepEqual([shown.code, before.code, declared.code, after.code, again.code], [0, 6, 0, 0, 0])
    assert.equal(differences.length, objects.length)
    assert.deepEqual(declared.stdout.trim().split('\n'), [
      ...names.map((name) => `created ${name}`),
      `${names.length} created, 0 there already, 9 bindings.`,
    ])
    assert.equal(after.stdout.trim(), 'No differences.')
    assert.deepEqual(JSON.parse(again.stdout), {created: [], present: names, bindings: 9, different: []})
  })

  it('prints the wanted topology as a table', async () => {
    const {erpsync, drop} = await setup()

    const {code, stdout} = await erpsync('show')
    await drop()

    assert.equal(code, 0)
    assert.match(stdout, /topic exchange\W+acme\.in\W+alternate-exchange: acme\.unroutable/)
    assert.match(stdout, /binding\W+acme\.in -> acme\.order\.work\W+key: order\.#/)
  })

  it('ends declare with 6 and names what stands differently', async () => {
    const {erpsync, url, drop} = await setup()
    const declarer = await openDeclarer([url], 'setup')
    await declarer.declareExchange('acme.lane', 'fanout', {})
    await declarer.close()

    const {code, stdout} = await erpsync('declare')
    await drop()

    assert.equal(code, 6)
    assert.match(stdout, /^different exchange acme\.lane: type is fanout, wanted direct$/m)
  })

  it('ends with 69 and keeps the password to itself when RabbitMQ does not answer', async () => {
    const {erpsync, drop} = await setup({ERPSYNC_RABBITMQ_URL: 'amqp://erpsync:s3cret@127.0.0.1:1'})

    const {code, stdout, stderr} = await erpsync('declare')
    await drop()

    assert.equal(code, 69)
    assert.match(stderr, /RabbitMQ cannot be reached/)
    assert.doesNotMatch(`${stdout}${stderr}`, /s3cret/)
  })
})

interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A virtual host, a configuration file that names it, and the built command line. */
async function setup(env: Readonly<Record<string, string>> = {}) {
  const {url, managementUrl, drop} = await freshVhost()
  const folder = await mkdtemp(join(tmpdir(), 'erpsync-'))
  const path = join(folder, 'erpsync.yaml')
  await writeFile(path, configuration)
  const around = {...process.env, ERPSYNC_RABBITMQ_URL: url, ERPSYNC_RABBITMQ_MANAGEMENT_URL: managementUrl, ...env}

  return {
    url,
    erpsync: async (...words: readonly string[]): Promise<Run> =>
      new Promise((resolve) => {
        const args = ['bin/run.js', 'topology', ...words, '--config', path]
        const child = execFile(process.execPath, args, {env: around, timeout: 30_000}, (_error, stdout, stderr) => {
          resolve({code: child.exitCode ?? -1, stdout, stderr})
        })
      }),
    drop: async (): Promise<void> => {
      await drop()
      await rm(folder, {recursive: true})
    },
  }
}

const configuration = `
postgres: {url: postgres://localhost/unused}
rabbitmq:
  urls: ['\${env:ERPSYNC_RABBITMQ_URL}']
  managementUrl: '\${env:ERPSYNC_RABBITMQ_MANAGEMENT_URL}'
  prefix: acme
destinations:
  s4: {kind: odata, baseUrl: 'http://localhost/sap'}
flows:
  order:
    schema: order.json
    key: id
    destination: s4
    operation: {service: S, entitySet: E, method: create, map: order.jsonata, reference: R, result: N}
    retry: {delays: [5s, 1m]}
`
