import assert from 'node:assert/strict'
import {keySuffix} from '#lib/erp/odata/key.js'

describe('keySuffix', () => {
  it('writes one key without and several with their names', () => {
    assert.equal(keySuffix({entityKey: ['Product']}, {Product: 'TG10'}), "('TG10')")
    assert.equal(
      keySuffix({entityKey: ['Product', 'Row']}, {Product: 'TG10', Row: 2, Other: 'x'}),
      "(Product='TG10',Row=2)",
    )
  })

  it('cannot be broken out of', () => {
    assert.equal(keySuffix({entityKey: ['Name']}, {Name: "O'Neil/7?a=b#c"}), "('O''Neil%2F7%3Fa%3Db%23c')")
  })

  it('is absent when a part is', () => {
    for (const body of [{}, {A: 'x'}, {A: 'x', B: ''}, {A: 'x', B: null}, {A: 'x', B: {}}]) {
      assert.equal(keySuffix({entityKey: ['A', 'B']}, body), undefined)
    }
  })
})
