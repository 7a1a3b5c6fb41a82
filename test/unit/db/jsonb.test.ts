import assert from 'node:assert/strict'
import {findUnfit, toJsonb} from '#lib/db/jsonb.js'

describe('findUnfit', () => {
  it('finds nothing in what a jsonb column holds as it is', () => {
    for (const value of [null, 1, 'text', '😀', String.raw`\u0000`, String.raw`\\ud800`, {a: [{b: 'c'}]}, undefined]) {
      assert.equal(findUnfit(value), undefined)
    }
  })

  it('points to the text that does not fit, or to the name', () => {
    assert.equal(findUnfit('\u0000'), '')
    assert.equal(findUnfit({a: [{b: 'ok'}, {b: 'x\u0000'}]}), '/a/1/b')
    assert.equal(findUnfit({'a/b~c': '\uD83D'}), '/a~1b~0c')
    assert.equal(findUnfit({'a\u0000': 1}), '/a\uFFFD')
    assert.equal(findUnfit({a: '\uDE00\uD83D'}), '/a')
  })
})

describe('toJsonb', () => {
  it('puts a replacement character where a jsonb column cannot hold the one there was', () => {
    assert.equal(toJsonb({a: 'x\u0000y', b: '\uD83D'}), '{"a":"x\uFFFDy","b":"\uFFFD"}')
    assert.equal(toJsonb(String.raw`\u0000`), JSON.stringify(String.raw`\u0000`))
    assert.equal(toJsonb(undefined), null)
    assert.equal(toJsonb(null), null)
  })
})
