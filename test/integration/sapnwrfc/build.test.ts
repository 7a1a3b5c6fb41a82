import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {requireRfcSdk, rfcSdk, type RfcSdk} from '../../support/rfc-standin.js'

describe('rfcSdk', () => {
  let sdk: RfcSdk

  before(async function () {
    sdk = await requireRfcSdk(this)
  })

  it('gives what is there already when it is asked again', async () => {
    const again = await rfcSdk()

    assert.deepEqual(again, sdk)
  })

  it('has the real node-rfc load the library', async () => {
    const script = `console.log(require('${sdk.module}/node_modules/node-rfc').environment.noderfc.version)`
    const cwd = await mkdtemp(join(tmpdir(), 'erpsync-addon-'))

    const {stdout} = await promisify(execFile)(process.execPath, ['-e', script], {
      cwd,
      env: {...process.env, NODE_OPTIONS: '', LD_LIBRARY_PATH: sdk.library, LD_BIND_NOW: '1', RFCSIM_QUIET: '1'},
      timeout: 10_000,
    })
    await rm(cwd, {recursive: true})

    assert.equal(stdout, '3.3.1\n')
  })
})
