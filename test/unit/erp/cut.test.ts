import assert from 'node:assert/strict'
import {Buffer} from 'node:buffer'
import {cutAnswer, cutText} from '#lib/erp/cut.js'

describe('cutText', () => {
  it('makes one line of many', () => {
    assert.equal(cutText(' Sales\r\n\torder\u0007 1 '), 'Sales order 1')
  })

  it('keeps at most 1 KiB and no half characters', () => {
    const cut = cutText('ä'.repeat(2000))

    assert.ok(Buffer.byteLength(cut) <= 1024)
    assert.match(cut, /^ä+…$/)
  })
})

describe('cutAnswer', () => {
  it('leaves a small answer as it is', () => {
    const answer = {error: {code: 'V1/319'}}

    assert.equal(cutAnswer(answer), answer)
  })

  it('keeps the first 16 KiB of a large one', () => {
    const cut = cutAnswer({rows: Array(10_000).fill('row')})

    assert.ok(typeof cut === 'string' && cut.startsWith('{"rows":["row",'))
    assert.ok(Buffer.byteLength(cut) <= 16 * 1024)
  })
})
