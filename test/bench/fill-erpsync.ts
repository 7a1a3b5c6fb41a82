import {connectBroker} from '#lib/broker/connection.js'
import {envelopeHeaders, packBody} from '#lib/broker/envelope.js'
import {exchangeNames, inKey} from '#lib/broker/names.js'
import {openPublisher} from '#lib/broker/publisher.js'
import {newId} from '#lib/kernel/ids.js'
import {payloadHash} from '#lib/kernel/payload-hash.js'
import {lockDueMessages, markPublished} from '#lib/ledger/outbox.js'
import {insertMessages, type NewMessage, type Origin} from '#lib/ledger/accept.js'
import {benchDocument} from './document.js'
import type {BenchErpsync} from './erpsync.js'

/** Puts messages into the ledger and onto the work lane, as intake and relay would, but faster. */
export async function fillErpsync({config, database}: BenchErpsync, messages: number): Promise<void> {
  const {urls, prefix} = config.rabbitmq
  const connection = await connectBroker({urls, name: 'bench fill'})
  const publisher = openPublisher(connection)
  try {
    for (let filled = 0; filled < messages; filled += chunk) {
      const batch = Array.from({length: Math.min(chunk, messages - filled)}, newMessage)
      await database.transaction(async (tx) => {
        await insertMessages(tx, origin, batch)
        await markPublished(tx, await lockDueMessages(tx, chunk))
      })
      await Promise.all(batch.map(async (message) => publish(message)))
    }
  } finally {
    await publisher.close()
    await connection.close()
  }

  async function publish({id, key, payload}: NewMessage): Promise<void> {
    const {flow} = origin
    const {body, headers} = packBody(payload)
    const envelope = envelopeHeaders({messageId: id, flow, key, attempt: 1, revision: 0, firstSeen: new Date()})
    const {kind} = await publisher.publish({
      exchange: exchangeNames(prefix).in,
      routingKey: inKey(flow),
      messageId: id,
      headers: {...headers, ...envelope},
      body,
    })
    if (kind !== 'confirmed') throw new Error(`a message could not be published: ${kind}`)
  }
}

const origin: Origin = {flow: 'bench', ordering: 'none', intent: 'sync', file: null}

function newMessage(): NewMessage {
  const id = newId()
  const payload = benchDocument(id)
  return {
    id,
    key: id,
    version: null,
    idempotencyKey: id,
    reference: id,
    payload,
    hash: payloadHash(payload),
    line: null,
  }
}

const chunk = 1000
