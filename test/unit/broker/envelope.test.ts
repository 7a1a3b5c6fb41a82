import assert from 'node:assert/strict'
import {
  type Envelope,
  envelopeHeaders,
  failureHeaders,
  isClaimCheck,
  packBody,
  readEnvelope,
} from '#lib/broker/envelope.js'
import {headerBytes, maxHeaderBytes} from '#lib/broker/headers.js'
import {newId} from '#lib/kernel/ids.js'
import {failure} from '../../support/failure.js'

const envelope: Envelope = {
  messageId: newId(),
  flow: 'sales-order',
  key: 'WEB-1',
  attempt: 2,
  revision: 3,
  firstSeen: new Date('2026-03-02T05:04:09Z'),
}

describe('readEnvelope', () => {
  it('reads what envelopeHeaders wrote', () => {
    assert.deepEqual(readEnvelope(envelope.messageId, envelopeHeaders(envelope)), envelope)
  })

  it('takes a copy of a release that knew no revisions for the first', () => {
    const headers = envelopeHeaders({...envelope, revision: 0})

    assert.ok(!('erpsync-revision' in headers))
    assert.equal(readEnvelope(envelope.messageId, headers)?.revision, 0)
  })

  it('takes anything else for what another system published', () => {
    const headers = envelopeHeaders(envelope)
    const strangers = [
      readEnvelope(undefined, headers),
      readEnvelope('WEB-1', headers),
      readEnvelope(envelope.messageId, {}),
      ...[0, -1, 1.5, 2 ** 31, '2', null].map((attempt) =>
        readEnvelope(envelope.messageId, {...headers, 'erpsync-attempt': attempt}),
      ),
    ]

    assert.deepEqual(new Set(strangers), new Set([undefined]))
  })
})

describe('envelopeHeaders and failureHeaders', () => {
  it('stay below the limit of the broker room with the longest texts', () => {
    const long = 'ä'.repeat(10_000)
    const headers = {
      ...envelopeHeaders({...envelope, key: long}),
      ...failureHeaders(failure({code: long, text: long}), {lane: 'retry', worker: long, failedAt: new Date()}),
    }

    assert.ok(headerBytes(headers) < maxHeaderBytes)
    assert.ok(!JSON.stringify(headers).includes('\uFFFD'))
  })
})

describe('packBody', () => {
  it('carries the document up to 256 KiB, above that a claim check', () => {
    const small = packBody({text: 'x'.repeat(200_000)})
    const large = packBody({text: 'x'.repeat(300_000)})

    assert.deepEqual([isClaimCheck(small.headers), isClaimCheck(large.headers)], [false, true])
    assert.deepEqual(JSON.parse(small.body.toString()), {text: 'x'.repeat(200_000)})
    assert.equal(large.body.length, 0)
  })

  it('counts bytes, not characters', () => {
    assert.equal(isClaimCheck(packBody({text: 'ä'.repeat(140_000)}).headers), true)
  })
})
