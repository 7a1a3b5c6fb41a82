import assert from 'node:assert/strict'
import {type ChildProcessByStdio, spawn} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import type {Readable} from 'node:stream'
import {rfcAnswers} from '#lib/sandbox/erp/rfc/rfc-answers.js'

type Cli = ChildProcessByStdio<null, Readable, Readable>

/** The built command line, with nothing of this environment in its settings. */
function run(...args: readonly string[]): Cli {
  const {ERPSYNC_ERP_PASSWORD: _, ...env} = process.env
  return spawn(process.execPath, ['bin/run.js', 'sandbox', 'erp', ...args], {env, stdio: ['ignore', 'pipe', 'pipe']})
}

async function firstLine(stream: Readable): Promise<string> {
  const [line] = await once(createInterface(stream), 'line', {signal: AbortSignal.timeout(10_000)})
  return String(line)
}

describe('erpsync sandbox erp', function () {
  this.timeout(20_000)

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`serves until ${signal}, then ends with 0`, async () => {
      const cli = run('--port', '0', '--password', 'secret')
      const exited = once(cli, 'exit')
      const line = await firstLine(cli.stderr)
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]
      const headers = {authorization: `Basic ${Buffer.from('ERPSYNC:secret').toString('base64')}`}

      const answer = await fetch(`${url}/sap/opu/odata/sap/API_PRODUCT_SRV/A_Product/$count`, {headers})
      const count = await answer.text()
      cli.kill(signal)

      assert.equal(count, '40')
      assert.deepEqual(await exited, [0, null])
    })
  }

  it('takes RFC calls over the same world on a port of its own', async () => {
    const cli = run('--port', '0', '--rfc-port', '0', '--password', 'secret')
    const exited = once(cli, 'exit')
    const address = /RFC calls on (tcp:127\.0\.0\.1:\d+)\./.exec(await firstLine(cli.stderr))?.[1] ?? ''

    const answers = [
      await rfcAnswers(address, {user: 'ERPSYNC', password: 'secret'}),
      await rfcAnswers(address, {user: 'ERPSYNC', password: 'wrong'}),
      await rfcAnswers('tcp:127.0.0.1:1', {user: 'ERPSYNC', password: 'secret'}),
      await rfcAnswers('127.0.0.1', {user: 'ERPSYNC', password: 'secret'}),
    ]
    cli.kill('SIGTERM')

    assert.deepEqual(answers, [true, false, false, false])
    assert.deepEqual(await exited, [0, null])
  })

  it('needs a password', async () => {
    const cli = run('--port', '0')

    const [code] = await once(cli, 'exit')

    assert.equal(code, 2)
  })
})
