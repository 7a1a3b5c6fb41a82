import {republishHeaders} from '#lib/broker/headers.js'
import {delayKey, exchangeNames} from '#lib/broker/names.js'
import type {PublishMessage} from '#lib/broker/publisher.js'
import type {Failure} from '#lib/kernel/failure.js'
import {readLastFailure} from '#lib/ledger/attempts.js'
import type {MessageFacts} from '#lib/ledger/claim.js'
import type {ProbeResult, Settlement} from '#lib/ledger/settle.js'
import type {Decision} from './decide.js'
import {sendToDeadLetters} from './dead-letter-queue.js'
import type {Handed} from './handed.js'
import {persist} from '#lib/db/persist.js'
import type {WorkerParts} from './worker-parts.js'

/**
 * Does what was decided, in an order that survives a crash at any line: what
 * carries the message on is confirmed or committed before the copy is acknowledged.
 */
export async function carryOut(
  worker: WorkerParts,
  handed: Handed,
  decision: Decision,
  probe?: ProbeResult,
): Promise<void> {
  const {messageId, attempt, parts, delivery, lane} = handed
  const base = {messageId, attempt, ...(probe === undefined ? {} : {probe})}
  const facts = {messageId, flow: parts.flow.name, attempt}

  switch (decision.kind) {
    case 'synced':
      await settle(worker, {...base, ...decision})
      worker.log.info({...facts, document: decision.documentNumber}, 'message synced')
      break
    case 'retry': {
      const {failure, tierMs} = decision
      // First the copy, then the ledger: should the copy not be confirmed, the ledger schedules one.
      const outcome = await worker.publisher.publish(delayedCopy(worker, handed, tierMs))
      const copy = outcome.kind === 'confirmed' ? 'on_broker' : 'schedule'
      await settle(worker, {...base, kind: 'retry', failure, waitMs: tierMs, strike: true, resend: false, copy})
      worker.log.warn({...facts, code: failure.code, waitMs: tierMs}, 'attempt failed; will be retried')
      break
    }
    case 'postpone':
      await postpone(worker, base, decision.failure, decision.waitMs)
      worker.log.warn({...facts, code: decision.failure.code, waitMs: decision.waitMs}, 'attempt postponed')
      break
    case 'resend':
      await settle(worker, {
        ...base,
        kind: 'retry',
        failure: decision.failure,
        waitMs: 0,
        strike: true,
        resend: true,
        copy: 'schedule',
      })
      worker.log.warn({...facts, code: decision.failure.code}, 'message not known to be in SAP; will be sent once more')
      break
    case 'look_up':
      await settle(worker, {...base, kind: 'in_doubt', failure: decision.failure, waitMs: decision.waitMs, lane})
      worker.log.warn(
        {...facts, code: decision.failure.code, waitMs: decision.waitMs},
        'outcome not known yet; SAP will be asked',
      )
      break
    case 'bury':
      await settle(worker, {...base, kind: 'dead', failure: decision.failure})
      worker.log.error({...facts, code: decision.failure.code}, 'message given up')
      await sendToDeadLetters(worker, {...handed, flow: parts.flow.name, failure: decision.failure})
      return
  }
  delivery.ack()
}

/** A copy of a message that is dead came back: the worker ended between the ledger and the dead letter queue. */
export async function buryAgain(worker: WorkerParts, handed: Handed, {id, attempts}: MessageFacts): Promise<void> {
  const failure = await persist(async () => readLastFailure(worker.database, id, attempts), worker)
  await sendToDeadLetters(worker, {...handed, flow: handed.parts.flow.name, failure})
}

async function settle(worker: WorkerParts, settlement: Settlement): Promise<void> {
  const written = await persist(async () => worker.book.settle(settlement), worker)
  if (written) return
  const {messageId, attempt, kind} = settlement
  worker.log.warn({messageId, attempt, outcome: kind}, 'outcome came too late; the ledger is further')
}

async function postpone(
  worker: WorkerParts,
  base: Pick<Settlement, 'messageId' | 'attempt' | 'probe'>,
  failure: Failure,
  waitMs: number,
): Promise<void> {
  await settle(worker, {...base, kind: 'retry', failure, waitMs, strike: false, resend: false, copy: 'schedule'})
}

function delayedCopy(
  worker: WorkerParts,
  {parts, delivery, messageId, attempt}: Handed,
  tierMs: number,
): PublishMessage {
  return {
    exchange: exchangeNames(worker.prefix).delay,
    routingKey: delayKey(parts.flow.name, tierMs),
    messageId,
    headers: {...republishHeaders(delivery.headers), 'erpsync-attempt': attempt + 1},
    body: delivery.body,
  }
}
