import {isClaimCheck, readEnvelope} from '#lib/broker/envelope.js'
import type {Delivery} from '#lib/broker/delivery.js'
import type {ErpDocument, ProbeOutcome, SubmitOutcome} from '#lib/erp/connector.js'
import {isCreation} from '#lib/erp/operation.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {Lane} from '#lib/kernel/lane.js'
import type {MessageFacts} from '#lib/ledger/claim.js'
import {isOvertaken} from '#lib/ledger/repeat.js'
import {readPayload} from '#lib/ledger/messages.js'
import {scheduleCopies} from '#lib/ledger/outbox.js'
import {admitForeign} from './admit-foreign.js'
import {callAgainAtOnce} from './at-once.js'
import {callBudgetMs, callInTime} from './call-in-time.js'
import {callsOf} from './calls-of.js'
import {buryAgain, carryOut} from './carry-out.js'
import {sendToDeadLetters} from './dead-letter-queue.js'
import {decideAfterCall, decideAfterProbe, type Decision, type History, type Policy} from './decide.js'
import type {FlowParts} from './flow-parts.js'
import type {Handed} from './handed.js'
import {maskFailure} from './mask-failure.js'
import type {Permit} from './permit.js'
import {setAside} from './set-aside.js'
import {persist} from '#lib/db/persist.js'
import type {WorkerParts} from './worker-parts.js'

/**
 * The life of a copy, from the queue to its acknowledgement:
 *
 * 1. What another system published straight to the broker enters the ledger,
 *    and comes again as a copy of our own.
 * 2. It waits at the gate until its destination may be called. What waits too
 *    long, or until the worker ends, goes back to PostgreSQL untouched.
 * 3. It is claimed: the ledger commits "in flight, attempt n" before SAP is called,
 *    and grants an attempt once.
 * 4. Granted: the document is mapped and SAP is called, for several messages at
 *    once if the flow sends batches. From here on each goes its own way again. A
 *    message of a resync goes alone: what SAP holds is read and amended.
 * 5. Refused, because the message is settled, or this copy is for an attempt
 *    that is over: the copy is stale and goes.
 * 6. Refused, because the message is in flight: a worker died in mid-call, or
 *    still works. The message is put in doubt, and a look-up is scheduled.
 * 7. Refused, because the message is in doubt and its look-up is due: SAP is asked.
 * 8. Refused, because the outcome of the attempt before is not written yet: the
 *    copy comes again later.
 * 9. What SAP answered is decided upon, carried out and committed; only then the
 *    copy is acknowledged.
 */
export async function deliver(worker: WorkerParts, parts: FlowParts, lane: Lane, delivery: Delivery): Promise<void> {
  const envelope = readEnvelope(delivery.messageId, delivery.headers)
  if (!envelope) return admitForeign(worker, parts, lane, delivery)
  const {messageId, attempt, revision} = envelope
  const handed: Handed = {parts, lane, delivery, messageId, attempt, revision}
  const entry = await worker.gate.enter(parts.flow)
  if (entry.kind !== 'admitted') return setAside(worker, handed, entry.kind)
  try {
    await beginAttempt(worker, handed, entry.permit)
  } finally {
    await entry.permit.giveBack()
  }
}

async function beginAttempt(worker: WorkerParts, handed: Handed, permit: Permit): Promise<void> {
  const {parts, lane, messageId, attempt} = handed
  let deadline = 0
  const answer = await persist(async () => {
    // Counted from before the claim, so that it is over before the ledger's time for the call is.
    deadline = performance.now() + callBudgetMs(parts.flow)
    return worker.book.claim({messageId, attempt, lane, worker: worker.name})
  }, worker)

  switch (answer.kind) {
    case 'granted':
      await carryOut(worker, handed, await callErp(worker, handed, permit, answer.message, deadline))
      return
    case 'refused':
      await followUp(worker, handed, permit, answer.message)
      return
    case 'unknown':
      worker.log.error({messageId, attempt, flow: parts.flow.name}, 'message is not in the ledger')
      await sendToDeadLetters(worker, {...handed, flow: parts.flow.name, failure: notInLedger})
  }
}

async function callErp(
  worker: WorkerParts,
  handed: Handed,
  permit: Permit,
  message: MessageFacts,
  deadline: number,
): Promise<Decision> {
  const {flow} = handed.parts
  const {submit} = callsOf(handed.parts, message.intent)
  const mapped = (await findOvertaken(worker, handed, message)) ?? (await mapDocument(worker, handed, message))
  const outcome =
    mapped.kind === 'failed'
      ? mapped
      : await permit.spend(async () =>
          mapped.mask(
            await callInTime(
              async (signal) =>
                callAgainAtOnce(async () => submit(mapped.document, signal), flow.retry.immediate, signal),
              {deadline, signal: worker.signal},
            ),
          ),
        )
  return decideAfterCall(outcome, historyOf(worker, message), policyOf(flow), Math.random())
}

/**
 * In a flow without an order nothing supersedes a state that is sent again. Where
 * messages change one object, it must not undo what came after it all the same.
 */
async function findOvertaken(
  worker: WorkerParts,
  {parts: {flow}}: Handed,
  {id, intent}: MessageFacts,
): Promise<{readonly kind: 'failed'; readonly failure: Failure} | undefined> {
  if (intent !== 'resync' || flow.order !== 'none' || isCreation(flow.operation)) return undefined
  const isLate = await persist(async () => isOvertaken(worker.database, id), worker)
  return isLate ? {kind: 'failed', failure: overtaken} : undefined
}

async function followUp(worker: WorkerParts, handed: Handed, permit: Permit, message: MessageFacts): Promise<void> {
  const {delivery, attempt, parts, messageId, lane} = handed
  const isNewest = attempt === message.attempts
  if (isNewest && message.state === 'in_flight') {
    const waitMs = callBudgetMs(parts.flow) + parts.flow.operation.probe.settle
    await persist(async () => worker.book.doubt({messageId, attempt, lane, waitMs}), worker)
  }
  if (isNewest && message.state === 'in_doubt' && message.probeIsDue) {
    await carryOut(worker, handed, ...(await lookUp(worker, handed, permit, message)))
    return
  }
  if (isNewest && message.state === 'dead') {
    await buryAgain(worker, handed, message)
    return
  }
  const isAhead = attempt > message.attempts && (message.state === 'in_flight' || message.state === 'in_doubt')
  if (isAhead) {
    await persist(async () => comeAgain(worker, handed), worker)
    worker.log.warn(
      {messageId, flow: parts.flow.name, attempt},
      'copy came before the outcome of the attempt before it',
    )
  }
  delivery.ack()
}

/** Whoever sent this copy is about to write that the attempt before it has failed, or died before that line. */
async function comeAgain({database}: WorkerParts, {messageId, lane, attempt}: Handed): Promise<void> {
  const copy = {messageId, lane, attempt, dueInMs: aheadPauseMs}
  await database.transaction(async (tx) => scheduleCopies(tx, [copy]))
}

async function lookUp(worker: WorkerParts, handed: Handed, permit: Permit, message: MessageFacts) {
  const {flow} = handed.parts
  const {probe} = callsOf(handed.parts, message.intent)
  const mapped = await mapDocument(worker, handed, message)
  const outcome =
    mapped.kind === 'failed'
      ? mapped
      : await permit.spend(async () => mapped.mask(await probe(mapped.document, worker.signal)))
  return [decideAfterProbe(outcome, historyOf(worker, message), policyOf(flow)), outcome.kind] as const
}

interface Mapped {
  readonly kind: 'mapped'
  readonly document: ErpDocument
  /** Takes what is personal in the document out of what is told of it. */
  readonly mask: <Outcome extends SubmitOutcome | ProbeOutcome>(outcome: Outcome) => Outcome
}

async function mapDocument(
  worker: WorkerParts,
  {parts, delivery, revision}: Handed,
  message: MessageFacts,
): Promise<Mapped | {readonly kind: 'failed'; readonly failure: Failure}> {
  // A copy that was on the broker before the payload was corrected must not bring back what it was.
  const document =
    isClaimCheck(delivery.headers) || revision !== message.revision
      ? await persist(async () => readPayload(worker.database, message.id), worker)
      : (JSON.parse(delivery.body.toString('utf8')) as unknown)
  const mapped = await parts.mapping.apply(document)
  const mask: Mapped['mask'] = (outcome) => maskFailure(outcome, document, parts.door.personal)
  if (!mapped.ok) return mask({kind: 'failed', failure: mapped.failure})
  const reference = message.reference ?? message.idempotencyKey
  return {kind: 'mapped', document: {reference, body: mapped.body}, mask}
}

function historyOf({clock}: WorkerParts, {attempts, strikes, resends, underWaySince}: MessageFacts): History {
  return {attempts, strikes, resends, ageMs: clock.now().getTime() - underWaySince.getTime()}
}

function policyOf({retry, operation, order}: FlowParts['flow']): Policy {
  // In a strict flow a dead letter holds its key too.
  return {retry, settleMs: operation.probe.settle, isPatient: operation.kind === 'idoc' && order === 'latest'}
}

const overtaken: Failure = {
  class: 'permanent',
  executed: 'no',
  code: 'amend:overtaken',
  text: 'A message with a later state of the key came in: what was to be sent again is obsolete.',
  stage: 'map',
}

/** Only a ledger that was restored from an older backup gets here; the copy is all that is left. */
const notInLedger: Failure = {
  class: 'permanent',
  executed: 'unknown',
  code: 'ledger:unknown_message',
  text: 'The ledger does not know this message.',
  stage: 'map',
}

/** By then the outcome of the attempt before is written, or the copy comes again. */
const aheadPauseMs = 1000
