import assert from 'node:assert/strict'
import {parseInequivalence} from '#lib/broker/declarer.js'

describe('parseInequivalence', () => {
  it('reads what differs from every form in which the broker says it', () => {
    const texts = [
      `"PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/': received '2000' but current is '1000'"`,
      `"PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/': received none but current is the value '1000' of type 'short'"`,
      `"PRECONDITION_FAILED - inequivalent arg 'x-overflow' for queue 'q' in vhost '/': received the value 'reject-publish' of type 'longstr' but current is none"`,
    ]

    assert.deepEqual(texts.map(parseInequivalence), [
      {kind: 'different', argument: 'x-message-ttl', wanted: '2000', current: '1000'},
      {kind: 'different', argument: 'x-message-ttl', wanted: null, current: '1000'},
      {kind: 'different', argument: 'x-overflow', wanted: 'reject-publish', current: null},
    ])
  })

  it('knows nothing of other refusals', () => {
    assert.equal(parseInequivalence('PRECONDITION_FAILED - invalid arg'), undefined)
  })
})
