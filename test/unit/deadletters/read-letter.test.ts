import assert from 'node:assert/strict'
import type {Delivery} from '#lib/broker/delivery.js'
import {envelopeHeaders, failureHeaders} from '#lib/broker/envelope.js'
import {readLetter} from '#lib/deadletters/read-letter.js'
import {newId} from '#lib/kernel/ids.js'
import {failure} from '../../support/failure.js'

const now = new Date('2026-03-02T10:00:00Z')
const failedAt = new Date('2026-03-02T09:59:00Z')
const messageId = newId()
const envelope = envelopeHeaders({
  messageId,
  flow: 'sales-order',
  key: 'WEB-1',
  attempt: 3,
  revision: 0,
  firstSeen: failedAt,
})
const died = failureHeaders(failure(), {lane: 'retry', worker: 'host:1', failedAt})

function delivery(changes: Partial<Delivery>): Delivery {
  return {
    queue: 'erpsync.sales-order.dlq',
    exchange: 'erpsync.dlx',
    routingKey: 'sales-order',
    messageId,
    type: undefined,
    contentType: undefined,
    headers: {...envelope, ...died},
    body: Buffer.from('{"a":1}'),
    redelivered: false,
    deliveryCount: 0,
    ack: () => true,
    release: () => true,
    reject: () => true,
    ...changes,
  }
}

const read = (changes: Partial<Delivery>) => readLetter(delivery(changes), {kind: 'dlq', flow: 'sales-order'}, now)

describe('readLetter', () => {
  it('reads why erpsync gave up', () => {
    const {letter, killedByBroker} = read({})
    const {id: _, raw, rawHash, headers: __, ...rest} = letter

    assert.equal(killedByBroker, false)
    assert.deepEqual(rest, {
      flow: 'sales-order',
      messageId,
      attempt: 3,
      class: 'transient',
      executed: 'no',
      code: 'sap:V1/042',
      text: 'locked',
      stage: 'call',
      diedAt: failedAt,
    })
    assert.deepEqual([raw.toString(), rawHash.length], ['{"a":1}', 32])
  })

  it('says of a copy the broker gave up on that its outcome is unknown', () => {
    const {letter, killedByBroker} = read({headers: envelope})

    assert.equal(killedByBroker, true)
    assert.deepEqual(
      [letter.class, letter.executed, letter.code, letter.attempt, letter.diedAt],
      ['in_doubt', 'unknown', 'broker:delivery_limit', 3, now],
    )
  })

  it('does not believe older headers on a copy the broker moved', () => {
    const {letter, killedByBroker} = read({headers: {...envelope, ...died, 'x-death': [{reason: 'delivery_limit'}]}})

    assert.deepEqual([killedByBroker, letter.code], [true, 'broker:delivery_limit'])
  })

  it('takes the flow of what nothing was bound for from its routing key', () => {
    const {letter} = readLetter(
      delivery({headers: {}, routingKey: 'invoice.new', messageId: 'WEB-1'}),
      {kind: 'unroutable'},
      now,
    )

    assert.deepEqual(
      [letter.flow, letter.messageId, letter.code, letter.executed],
      ['invoice', null, 'broker:unroutable', 'no'],
    )
  })

  it('makes a letter that can be kept of any nonsense', () => {
    const {letter, killedByBroker} = read({
      messageId: undefined,
      headers: {
        ...died,
        'erpsync-attempt': 1e12,
        'erpsync-error-class': 'mystery',
        'erpsync-error-message': 'a\u0000b',
        'erpsync-failed-at': 'yesterday',
      },
    })

    assert.deepEqual([killedByBroker, letter.attempt, letter.messageId, letter.diedAt], [true, 0, null, now])
    assert.ok(!letter.text.includes('\u0000'))
  })
})
