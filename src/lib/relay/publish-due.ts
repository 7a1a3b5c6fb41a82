import {envelopeHeaders, packBody} from '#lib/broker/envelope.js'
import {exchangeNames, inKey, laneKey} from '#lib/broker/names.js'
import type {PublishMessage, Publisher} from '#lib/broker/publisher.js'
import type {Database} from '#lib/db/database.js'
import {type DueMessage, lockDueMessages, markPublished, postponeDue} from '#lib/ledger/outbox.js'

interface PublishDueParts {
  readonly database: Database
  readonly publisher: Publisher
  readonly prefix: string
}

/** How many copies the broker confirmed, and how many it would not take and were put off. */
export interface PublishDueResult {
  readonly published: number
  readonly refused: number
}

/**
 * Publishes what is due, pipelined, and notes what was confirmed. The rows stay
 * locked meanwhile. A crash before the note leads to a second copy, which the
 * ledger recognises; never to a lost one.
 */
export async function publishDue({database, publisher, prefix}: PublishDueParts): Promise<PublishDueResult> {
  return database.transaction(async (tx) => {
    const due = await lockDueMessages(tx, batchSize)
    if (due.length === 0) return {published: 0, refused: 0}

    const outcomes = await Promise.all(due.map(async (message) => publisher.publish(toOutgoing(prefix, message))))
    const confirmed = due.filter((_, index) => outcomes[index]?.kind === 'confirmed')
    const refused = due.filter((_, index) => outcomes[index]?.kind !== 'confirmed')
    await markPublished(tx, confirmed)
    await postponeDue(tx, refused, putOffMs)
    return {published: confirmed.length, refused: refused.length}
  })
}

function toOutgoing(prefix: string, due: DueMessage): PublishMessage {
  const exchanges = exchangeNames(prefix)
  const {body, headers} = packBody(due.payload)
  return {
    ...(due.lane === 'work'
      ? {exchange: exchanges.in, routingKey: inKey(due.flow)}
      : {exchange: exchanges.lane, routingKey: laneKey(due.flow, due.lane)}),
    messageId: due.messageId,
    headers: {
      ...headers,
      ...envelopeHeaders({
        messageId: due.messageId,
        flow: due.flow,
        key: due.key,
        attempt: due.attempt,
        revision: due.revision,
        firstSeen: due.acceptedAt,
      }),
    },
    body,
  }
}

const batchSize = 500
const putOffMs = 5000
