import type {Delivery} from '#lib/broker/delivery.js'
import {failureHeaders} from '#lib/broker/envelope.js'
import {republishHeaders} from '#lib/broker/headers.js'
import {dlxKey, exchangeNames} from '#lib/broker/names.js'
import type {Failure} from '#lib/kernel/failure.js'
import {newId} from '#lib/kernel/ids.js'
import type {Lane} from '#lib/kernel/lane.js'
import {wait} from '#lib/kernel/wait.js'
import type {WorkerParts} from './worker-parts.js'

interface Burial {
  readonly flow: string
  readonly lane: Lane
  readonly delivery: Delivery
  /** Absent for what another system put on the broker and erpsync refused. */
  readonly messageId?: string
  readonly attempt: number
  readonly failure: Failure
}

/**
 * Sends a copy to the flow's dead letter queue, and acknowledges it only when
 * the queue has confirmed. A copy that is not confirmed goes back to its lane
 * and comes here again.
 */
export async function sendToDeadLetters(worker: WorkerParts, burial: Burial): Promise<void> {
  const {flow, lane, delivery, messageId, attempt, failure} = burial
  const outcome = await worker.publisher.publish({
    exchange: exchangeNames(worker.prefix).dlx,
    routingKey: dlxKey(flow),
    messageId: messageId ?? delivery.messageId ?? newId(),
    headers: {
      ...republishHeaders(delivery.headers),
      'erpsync-attempt': attempt,
      ...failureHeaders(failure, {lane, worker: worker.name, failedAt: worker.clock.now()}),
    },
    body: delivery.body,
  })
  if (outcome.kind === 'confirmed') {
    delivery.ack()
    return
  }
  worker.log.error({messageId, flow, outcome: outcome.kind}, 'dead letter queue did not take the message')
  await wait(republishPauseMs, worker.signal)
  delivery.release()
}

const republishPauseMs = 2000
