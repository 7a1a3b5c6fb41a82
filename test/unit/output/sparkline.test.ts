import assert from 'node:assert/strict'
import {isUtf8, sparkline} from '#lib/output/sparkline.js'

describe('sparkline', () => {
  it('draws the largest number highest, and tells little from nothing', () => {
    assert.equal(sparkline([0, 1, 50, 100], true), '·▁▄█')
    assert.equal(sparkline([0, 1, 50, 100], false), '._=#')
    assert.equal(sparkline([0, 0], true), '··')
  })

  it('takes the locale that counts', () => {
    assert.equal(isUtf8({LANG: 'de_DE.UTF-8'}), true)
    assert.equal(isUtf8({LC_ALL: 'C', LANG: 'de_DE.UTF-8'}), false)
    assert.equal(isUtf8({LC_ALL: '', LC_CTYPE: 'C.utf8'}), true)
    assert.equal(isUtf8({}), false)
  })
})
