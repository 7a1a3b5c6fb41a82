import assert from 'node:assert/strict'
import {addonCases} from '../../support/addon-cases.js'
import {cases} from './cases/pools.js'

describe('node-rfc: its pool, and why it is not used', () => {
  const {start, seen} = addonCases(new URL('./cases/pools.js', import.meta.url), cases)

  before(async function () {
    await start(this)
  })

  it('has no maximum', async () => {
    const pool = await seen('noMaximum')

    assert.deepEqual(pool, {ready: 0, leased: 4, echoes: ['0', '1', '2', '3']})
  })

  it('rejects the release of a client whose call has gone well', async () => {
    const released = await seen('release')

    assert.deepEqual(released, {group: 2, code: 3, leased: 0})
  })
})
