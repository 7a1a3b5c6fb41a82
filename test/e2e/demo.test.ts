import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {DemoResult} from '#demo/run-demo.js'
import {freshDatabase} from '../support/fresh-database.js'
import {freshVhost} from '../support/fresh-vhost.js'
import {runCli} from '../support/run-cli.js'

describe('erpsync demo --short --json', () => {
  it('loses nothing, books nothing twice, mends what can be mended and leaves no sandbox behind', async function () {
    this.timeout(240_000)
    const [database, vhost] = await Promise.all([freshDatabase(), freshVhost()])
    const folder = await mkdtemp(join(tmpdir(), 'erpsync-demo-'))
    const env = {
      ERPSYNC_POSTGRES_URL: database.url,
      ERPSYNC_RABBITMQ_URL: vhost.url,
      ERPSYNC_RABBITMQ_MANAGEMENT_URL: vhost.managementUrl,
      ERPSYNC_ERP_URL: undefined,
    }

    const args = ['demo', '--short', '--json', '--dir', folder]
    const {code, stdout, stderr} = await runCli(args, {env, timeoutMs: 230_000})

    assert.equal(code, 0, stdout + stderr)
    const result = JSON.parse(stdout) as DemoResult
    const {accepted, synced, superseded, dead, lost, bookedTwice, complaints} = result
    assert.deepEqual({lost, bookedTwice, complaints}, {lost: 0, bookedTwice: 0, complaints: []})
    assert.equal(accepted, synced + superseded + dead)
    assert.equal(result.read, accepted + result.duplicate + result.refused)
    assert.ok(accepted > 200 && dead > 0 && result.replayed > 0 && result.resolved > 0, stdout)
    assert.ok(Object.keys(result.faults).length >= 7, `too few kinds of faults: ${stdout}`)
    assert.match(stderr, /Killed the worker \(SIGKILL\): [1-9]\d* calls were in flight/)
    assert.equal(existsSync(join(folder, 'sandbox')), false)
    await Promise.all([database.drop(), vhost.drop(), rm(folder, {recursive: true})])
  })
})
