import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {createRequire} from 'node:module'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'

describe('the closing report of the tests', () => {
  it('names a suite that was skipped and why, and ends with the plain line', async () => {
    const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')
    const suite = fileURLToPath(new URL('./pools.test.js', import.meta.url))

    const {stdout} = await promisify(execFile)(process.execPath, [mocha, suite], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      env: {...process.env, CC: '/nowhere/cc'},
      timeout: 15_000,
    })

    assert.deepEqual(stdout.trimEnd().split('\n').slice(-2), [
      'Skipped: node-rfc: its pool, and why it is not used ' +
        "(/nowhere/cc was not found, and the stand-in for SAP's RFC library needs it)",
      '0 passed, 0 failed, 2 skipped',
    ])
  })
})
