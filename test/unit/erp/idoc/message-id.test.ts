import assert from 'node:assert/strict'
import {messageId} from '#lib/erp/idoc/message-id.js'

describe('messageId', () => {
  it('shows flow and reference where they fit', () => {
    assert.equal(messageId('sales-order', 'SO-1/1'), 'urn:sap.com:msgid=sales-order:SO-1/1')
  })

  it('never gives more than 70 characters, the longest plain one included', () => {
    const longest = 'x'.repeat(70 - 18 - 'orders:'.length)

    assert.equal(messageId('orders', longest), `urn:sap.com:msgid=orders:${longest}`)
    assert.match(messageId('orders', `${longest}x`), /^urn:sap\.com:msgid=[0-9a-f]{40}$/)
  })

  it('hashes blanks and letters that a code page may lack', () => {
    const ids = ['two words', 'Müller', ' x', 'x\n'].map((reference) => messageId('orders', reference))

    assert.ok(ids.every((id) => /^urn:sap\.com:msgid=[0-9a-f]{40}$/.test(id)))
    assert.equal(new Set(ids).size, ids.length)
  })

  it('is the same each time, and another for another flow or reference', () => {
    const long = 'r'.repeat(100)
    const ids = [
      messageId('a', 'b'),
      messageId('b', 'b'),
      messageId('a', 'c'),
      messageId('a', long),
      messageId('b', long),
      messageId('a', `${long}1`),
    ]

    assert.equal(messageId('a', long), ids[3])
    assert.equal(new Set(ids).size, ids.length)
  })
})
