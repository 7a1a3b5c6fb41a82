import {randomUUID} from 'node:crypto'
import type {ErpDocument, SubmitOutcome} from '#lib/erp/connector.js'
import {cutAnswer, cutText} from '#lib/erp/cut.js'
import type {Failure} from '#lib/kernel/failure.js'
import {bodyOf, creationOutcome} from './create.js'
import {type Exchange, type HttpAnswer, parseJson} from '#lib/erp/http/exchange.js'
import {judge, type Occasion} from './judge.js'
import {parseMultipart, parsePart, type Part, writeMultipart} from './multipart.js'
import type {ODataCall} from './session.js'
import type {Target} from './target.js'

/**
 * Creates many documents by one `$batch`, each in a change set of its own: SAP
 * books or refuses each by itself, and each is judged as if it had come alone.
 * If the whole is refused, that holds for each. What the answer says nothing of
 * is in doubt.
 */
export async function submitBatch(
  target: Target,
  documents: readonly ErpDocument[],
  signal: AbortSignal,
): Promise<readonly SubmitOutcome[]> {
  const {session, service, operation, findMessage} = target
  const {exchange, occasion} = await session.exchange(batchOf(target, documents), signal)
  if (!isBatchAnswer(exchange)) {
    const whole = creationOutcome(target, judge(exchange, occasion))
    return documents.map(() => whole)
  }

  const answers = readAnswers(exchange.answer, documents.length)
  const untold: SubmitOutcome = {kind: 'failed', failure: unanswered(exchange.answer, occasion)}
  const alone = session.occasion(
    {method: 'POST', service, path: operation.entitySet, stage: 'call', findMessage},
    'write',
  )
  return documents.map((_, index) => {
    const answer = answers[index]
    return answer === undefined ? untold : creationOutcome(target, judge({kind: 'answered', answer}, alone))
  })
}

/** Change sets are numbered from 1, as Content-ID: what SAP repeats of it shows that an answer is meant for its document. */
function batchOf(target: Target, documents: readonly ErpDocument[]): ODataCall {
  const {service, operation, dialect, findMessage} = target
  const boundary = `batch_${randomUUID()}`
  const changeSets = documents.map((document, index) => {
    const inner = `changeset_${index + 1}_${boundary}`
    const post = postPart(operation.entitySet, JSON.stringify(bodyOf(target, document)), index + 1)
    return `Content-Type: multipart/mixed; boundary=${inner}\r\n\r\n${writeMultipart(inner, [post])}`
  })
  return {
    method: 'POST',
    service,
    path: '$batch',
    text: writeMultipart(boundary, changeSets),
    headers: {
      ...dialect.batchHeaders,
      accept: 'multipart/mixed',
      'content-type': `multipart/mixed; boundary=${boundary}`,
    },
    stage: 'call',
    findMessage,
  }
}

function postPart(path: string, json: string, contentId: number): string {
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    `Content-ID: ${contentId}`,
    '',
    `POST ${path} HTTP/1.1`,
    'Accept: application/json',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(json)}`,
    '',
    json,
  ].join('\r\n')
}

function isBatchAnswer(exchange: Exchange): exchange is Extract<Exchange, {kind: 'answered'}> {
  return exchange.kind === 'answered' && exchange.answer.status < 300
}

/** The answers to the first so many documents; the list ends before the first that cannot be told. */
function readAnswers({text, headers}: HttpAnswer, sent: number): readonly HttpAnswer[] {
  const parts = parseMultipart(text, headers.get('content-type'))
  // More answers than documents: whose they are is anybody's guess.
  if (parts.length > sent) return []
  const answers = parts.map((part, index) => part && readAnswer(part, index + 1))
  const end = answers.indexOf(undefined)
  return answers.slice(0, end === -1 ? answers.length : end).filter((answer) => answer !== undefined)
}

/** The one answer of a part: bare, as for a change set that failed, or within the change set's own multipart. */
function readAnswer({headers, content}: Part, contentId: number): HttpAnswer | undefined {
  const contentType = headers.get('content-type') ?? ''
  if (/^application\/http\b/i.test(contentType)) return readHttp({headers, content}, contentId)
  const [only, ...others] = parseMultipart(content, contentType)
  return only === undefined || others.length > 0 ? undefined : readHttp(only, contentId)
}

function readHttp({headers: outer, content}: Part, contentId: number): HttpAnswer | undefined {
  const [, status, rest = ''] = /^\s*HTTP\/1\.\d (\d{3})[^\r\n]*\r?\n([\s\S]*)$/.exec(content) ?? []
  const inner = parsePart(rest)
  if (status === undefined || inner === undefined) return undefined
  const named = outer.get('content-id') ?? inner.headers.get('content-id')
  if (named !== null && named !== String(contentId)) return undefined
  return {
    status: Number(status),
    headers: inner.headers,
    text: inner.content,
    json: parseJson(inner.content),
    cutBy: null,
  }
}

function unanswered({status, text, cutBy}: HttpAnswer, {title, stage, redact}: Occasion): Failure {
  return {
    class: 'in_doubt',
    executed: 'unknown',
    code: cutBy === null ? `http:${status}` : `net:${cutBy}`,
    text: cutText(
      cutBy === null
        ? `${title}: the answer says nothing of this document`
        : `${title}: HTTP ${status}, the answer broke off (${cutBy})`,
    ),
    stage,
    ...(text === '' ? {} : {answer: cutAnswer(redact(text))}),
  }
}
