import assert from 'node:assert/strict'
import {checkLibrary, requireRfcSdk, rfcSdk} from '../../support/rfc-standin.js'

describe('stand-in for the RFC library', () => {
  it('is built once, and then given as it is', async function () {
    const first = await requireRfcSdk(this)

    const second = await rfcSdk()

    assert.deepEqual(second, first)
  })

  it('passes its own tests under the sanitizers', async function () {
    const report = await checkLibrary(this)

    assert.match(report, /^\d{3,} checks, 0 failed$/m)
  })
})
