import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {DemoResult} from '#demo/run-demo.js'
import {freshDatabase} from '../support/fresh-database.js'
import {freshVhost} from '../support/fresh-vhost.js'
import {requireRfcSdk} from '../support/rfc-standin.js'
import {runCli} from '../support/run-cli.js'

describe('erpsync demo --erp rfc', () => {
  it('tells the same story by RFC: nothing lost, nothing booked twice, dead letters mended', async function () {
    await requireRfcSdk(this)
    this.timeout(240_000)
    const [database, vhost] = await Promise.all([freshDatabase(), freshVhost()])
    const folder = await mkdtemp(join(tmpdir(), 'erpsync-demo-rfc-'))
    const env = {
      ERPSYNC_POSTGRES_URL: database.url,
      ERPSYNC_RABBITMQ_URL: vhost.url,
      ERPSYNC_RABBITMQ_MANAGEMENT_URL: vhost.managementUrl,
      ERPSYNC_ERP_URL: undefined,
    }

    const args = ['demo', '--erp', 'rfc', '--short', '--json', '--dir', folder]
    const {code, stdout, stderr} = await runCli(args, {env, timeoutMs: 230_000})

    assert.equal(code, 0, stdout + stderr)
    const result = JSON.parse(stdout) as DemoResult
    const {accepted, synced, superseded, dead, lost, bookedTwice, complaints} = result
    assert.deepEqual({lost, bookedTwice, complaints}, {lost: 0, bookedTwice: 0, complaints: []})
    assert.deepEqual(Object.keys(result.flows), ['customer', 'own-order', 'sales-order'])
    assert.equal(accepted, synced + superseded + dead)
    assert.ok(accepted > 200 && dead > 0 && result.resolved > 0, stdout)
    assert.ok(Object.keys(result.faults).length >= 5, `too few kinds of faults: ${stdout}`)
    assert.match(stderr, /Killed the worker \(SIGKILL\): [1-9]\d* calls were in flight/)
    await Promise.all([database.drop(), vhost.drop(), rm(folder, {recursive: true})])
  })

  it('ends with 78 and says what is missing where the stand-in cannot be built', async () => {
    const {code, stderr} = await runCli(['demo', '--erp', 'rfc'], {env: withoutPrograms})

    assert.equal(code, 78)
    assert.match(stderr.replace(/\s+/g, ' '), /cannot call by RFC here: .*stand-in for SAP's RFC library/)
  })
})

const withoutPrograms = {PATH: '/nowhere'}
