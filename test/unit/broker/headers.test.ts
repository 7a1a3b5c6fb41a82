import assert from 'node:assert/strict'
import {republishHeaders} from '#lib/broker/headers.js'

describe('republishHeaders', () => {
  it("drops the broker's own headers and hidden recipients, and keeps the rest", () => {
    const headers = republishHeaders({
      'x-death': [{count: 1}],
      'X-Delivery-Count': 3,
      CC: ['other'],
      BCC: ['other'],
      'erpsync-attempt': 2,
      traceparent: '00-1',
      shop: 'de',
    })

    assert.deepEqual(headers, {'erpsync-attempt': 2, traceparent: '00-1', shop: 'de'})
  })

  it('keeps only ours and the trace when a foreign publisher sent too much', () => {
    const headers = republishHeaders({'erpsync-attempt': 2, tracestate: 'a=b', huge: 'x'.repeat(20_000), small: 1})

    assert.deepEqual(headers, {'erpsync-attempt': 2, tracestate: 'a=b'})
  })
})
