import type {Delivery} from '#lib/broker/delivery.js'
import {cutText} from '#lib/erp/cut.js'
import {acceptDocuments, type Verdict} from '#lib/intake/accept.js'
import type {Door} from '#lib/intake/door.js'
import {parseDocument} from '#lib/intake/readers/parse-document.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {Lane} from '#lib/kernel/lane.js'
import {sendToDeadLetters} from './dead-letter-queue.js'
import type {FlowParts} from './flow-parts.js'
import {persist} from '#lib/db/persist.js'
import type {WorkerParts} from './worker-parts.js'

/**
 * Lets in what another system published straight to the broker, by the same
 * door as everything else: from then on the ledger has it, and the relay sends a
 * copy of our own. What the door refuses becomes a dead letter.
 */
export async function admitForeign(
  worker: WorkerParts,
  {flow, door}: FlowParts,
  lane: Lane,
  delivery: Delivery,
): Promise<void> {
  const verdict = await persist(async () => admit(worker, door, delivery), worker)
  if (verdict.kind !== 'refused') {
    worker.log.info(
      {messageId: verdict.id, flow: flow.name, verdict: verdict.kind},
      'document from the broker taken in',
    )
    delivery.ack()
    return
  }
  const failure: Failure = {
    class: 'permanent',
    executed: 'no',
    code: 'intake:refused',
    text: cutText(verdict.problems.map(({field, message}) => `${field} ${message}`.trim()).join('; ')),
    stage: 'map',
  }
  worker.log.error({flow: flow.name, code: failure.code}, 'document from the broker refused')
  await sendToDeadLetters(worker, {flow: flow.name, lane, delivery, attempt: 1, failure})
}

async function admit(worker: WorkerParts, door: Door, delivery: Delivery): Promise<Verdict> {
  const parsed = parseDocument(delivery.body)
  if ('problem' in parsed) return {kind: 'refused', problems: [{field: '', message: parsed.problem}]}
  const check = await door.check(parsed.document)
  if (check.kind === 'refused') return check

  const idempotencyKey = check.idempotencyKey ?? delivery.messageId ?? null
  const [verdict] = await acceptDocuments(worker.database, door, [{...check, idempotencyKey}])
  return verdict ?? {kind: 'refused', problems: []}
}
