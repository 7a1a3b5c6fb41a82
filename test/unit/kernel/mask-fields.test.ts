import assert from 'node:assert/strict'
import {maskFields} from '#lib/kernel/mask-fields.js'

describe('maskFields', () => {
  it('hides what stands under the name of a secret, however deep', () => {
    const masked = maskFields({
      USERNAME: 'ADA',
      PASSWORD: {BAPIPWD: 'geheim'},
      LOGONDATA: [{bapipwd: 'geheim', GLTGV: '20260101'}],
      ET_TOKENS: ['geheim'],
    })

    assert.deepEqual(masked, {
      USERNAME: 'ADA',
      PASSWORD: '***',
      LOGONDATA: [{bapipwd: '***', GLTGV: '20260101'}],
      ET_TOKENS: '***',
    })
  })
})
