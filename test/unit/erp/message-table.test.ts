import assert from 'node:assert/strict'
import {findMessage, messagesOf, messageTable} from '#lib/erp/message-table.js'

describe('findMessage', () => {
  it('finds every row by its code', () => {
    for (const row of messageTable) assert.equal(findMessage(row.code), row)
  })

  it('knows no other message', () => {
    assert.equal(findMessage('V1/319'), undefined)
    assert.equal(findMessage('v1/042'), undefined)
  })
})

describe('messagesOf', () => {
  it('puts what an operation says of its messages over the table', () => {
    const find = messagesOf({
      messages: [
        {code: 'V1/042', class: 'permanent'},
        {code: 'ZZ/001', class: 'in_doubt'},
      ],
    })

    assert.deepEqual(find('V1/042'), {code: 'V1/042', class: 'permanent', executed: 'no'})
    assert.deepEqual(find('ZZ/001'), {code: 'ZZ/001', class: 'in_doubt', executed: 'unknown'})
    assert.equal(find('06/001'), findMessage('06/001'))
  })
})

describe('messageTable', () => {
  it('marks the lock messages nobody has shown us', () => {
    const unverified = messageTable.filter(({isVerified}) => !isVerified).map(({code}) => code)

    assert.deepEqual(unverified, ['V1/042', 'ME/006', 'M3/024', 'M3/682', 'M3/897', 'MC/601', 'VL/046', 'CO/469'])
  })

  it('says of an effect only what it knows', () => {
    for (const {code, class: kind, executed} of messageTable) {
      assert.equal(executed, kind === 'in_doubt' ? 'unknown' : 'no', code)
    }
  })
})
