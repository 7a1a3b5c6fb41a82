import {createHash} from 'node:crypto'
import type {Delivery} from '#lib/broker/delivery.js'
import {executedAnswers, failureClasses} from '#lib/kernel/failure.js'
import {isAttempt} from '#lib/kernel/attempt.js'
import {isId, newId} from '#lib/kernel/ids.js'
import type {NewLetter} from './letters.js'

/** Where a copy was found: a flow's dead letter queue, or the queue of what nothing was bound for. */
export type LetterSource = {readonly kind: 'dlq'; readonly flow: string} | {readonly kind: 'unroutable'}

/** A letter to archive, and whether the broker gave up on it while the ledger believes that it is under way. */
export interface ReadLetter {
  readonly letter: NewLetter
  readonly killedByBroker: boolean
}

/** Reads a dead copy: our own error headers, or what the broker says of a copy it gave up on itself. */
export function readLetter(delivery: Delivery, source: LetterSource, now: Date): ReadLetter {
  const {headers, body, messageId} = delivery
  const own = ownFailure(headers)
  return {
    killedByBroker: own === undefined,
    letter: {
      id: newId(),
      flow: source.kind === 'dlq' ? source.flow : textOf(delivery.routingKey.split('.')[0]),
      messageId: messageId !== undefined && isId(messageId) ? messageId : null,
      attempt: attemptOf(headers['erpsync-attempt']),
      ...(own ?? brokerFailure(source)),
      headers,
      raw: body,
      rawHash: createHash('sha256').update(body).digest(),
      diedAt: dateOf(headers['erpsync-failed-at']) ?? now,
    },
  }
}

type LetterFailure = Pick<NewLetter, 'class' | 'executed' | 'code' | 'text' | 'stage'>

/** What erpsync says of the failure; undefined if the broker moved the copy, whatever older headers are on it. */
function ownFailure(headers: Delivery['headers']): LetterFailure | undefined {
  const failureClass = failureClasses.find((known) => known === headers['erpsync-error-class'])
  const executed = executedAnswers.find((known) => known === headers['erpsync-error-executed'])
  const code = textOf(headers['erpsync-error-code'])
  if (failureClass === undefined || executed === undefined || code === '' || 'x-death' in headers) return undefined
  return {
    class: failureClass,
    executed,
    code,
    text: textOf(headers['erpsync-error-message']),
    stage: textOf(headers['erpsync-error-stage']),
  }
}

function brokerFailure(source: LetterSource): LetterFailure {
  switch (source.kind) {
    case 'dlq':
      return {
        class: 'in_doubt',
        executed: 'unknown',
        code: 'broker:delivery_limit',
        text: 'Delivered again and again without an outcome: it may end the worker that takes it.',
        stage: 'call',
      }
    case 'unroutable':
      return {
        class: 'config',
        executed: 'no',
        code: 'broker:unroutable',
        text: 'No queue is bound for this flow; erpsync topology diff says what is missing.',
        stage: 'call',
      }
  }
}

/** Text as PostgreSQL can keep it: another system may have written the header. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll('\u0000', '\uFFFD') : ''
}

function attemptOf(value: unknown): number {
  return typeof value === 'number' && isAttempt(value) ? value : 0
}

function dateOf(value: unknown): Date | undefined {
  const date = new Date(typeof value === 'string' ? value : Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date
}
