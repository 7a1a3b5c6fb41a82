import type {Lane} from '#lib/kernel/lane.js'
import type {Failure} from '#lib/kernel/failure.js'
import {isAttempt} from '#lib/kernel/attempt.js'
import {isId} from '#lib/kernel/ids.js'
import type {Headers} from './headers.js'

/** What a copy of a message says of itself on the broker, beside its body. */
export interface Envelope {
  readonly messageId: string
  readonly flow: string
  readonly key: string
  /** The attempt this copy is for, from 1. */
  readonly attempt: number
  /** Which revision of the payload the copy carries; 0: as it was accepted. */
  readonly revision: number
  readonly firstSeen: Date
}

/** The headers of a copy. */
export function envelopeHeaders({flow, key, attempt, revision, firstSeen}: Envelope): Headers {
  return {
    'erpsync-flow': flow,
    'erpsync-key': cut(key),
    'erpsync-attempt': attempt,
    'erpsync-first-seen': firstSeen.toISOString(),
    ...(revision === 0 ? {} : {'erpsync-revision': revision}),
  }
}

/** The envelope of a copy erpsync published; undefined for what another system put on the broker. */
export function readEnvelope(messageId: string | undefined, headers: Headers): Envelope | undefined {
  const {
    'erpsync-flow': flow,
    'erpsync-key': key,
    'erpsync-attempt': attempt,
    'erpsync-first-seen': firstSeen,
    'erpsync-revision': revision,
  } = headers
  if (messageId === undefined || !isId(messageId)) return undefined
  if (typeof flow !== 'string' || typeof key !== 'string' || typeof firstSeen !== 'string') return undefined
  if (typeof attempt !== 'number' || !isAttempt(attempt)) return undefined
  const carried = typeof revision === 'number' ? revision : 0
  return {messageId, flow, key, attempt, revision: carried, firstSeen: new Date(firstSeen)}
}

/** Says on a dead letter why it died, so that the queue is readable by itself. */
export function failureHeaders(
  failure: Failure,
  {lane, worker, failedAt}: {readonly lane: Lane; readonly worker: string; readonly failedAt: Date},
): Headers {
  return {
    'erpsync-error-class': failure.class,
    'erpsync-error-executed': failure.executed,
    'erpsync-error-code': cut(failure.code),
    'erpsync-error-message': cut(failure.text),
    'erpsync-error-stage': failure.stage,
    'erpsync-failed-at': failedAt.toISOString(),
    'erpsync-lane': lane,
    'erpsync-worker': cut(worker),
  }
}

/** At most 1 KiB of a text, so that all headers together stay far below their limit. */
function cut(text: string): string {
  const bytes = Buffer.from(text)
  return bytes.length <= 1024
    ? text
    : `${bytes
        .subarray(0, 1020)
        .toString('utf8')
        .replace(/\uFFFD+$/, '')}…`
}

/** Above this many bytes a copy carries no body; the worker reads the payload from PostgreSQL. */
const mostBodyBytes = 256 * 1024

/** The body of a copy, or a claim check in its place. */
export function packBody(payload: unknown): {readonly body: Buffer; readonly headers: Headers} {
  const body = Buffer.from(JSON.stringify(payload))
  return body.length <= mostBodyBytes
    ? {body, headers: {}}
    : {body: Buffer.alloc(0), headers: {'erpsync-claim-check': true}}
}

/** Whether the copy's body has to be read from PostgreSQL. */
export function isClaimCheck(headers: Headers): boolean {
  return headers['erpsync-claim-check'] === true
}
