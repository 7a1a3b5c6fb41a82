import {errorCode} from '#lib/kernel/errors.js'
import type {NetworkError} from './classify.js'
import {onAbort} from './on-abort.js'

/** One request, complete. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** An answer whose status is known; its body may have broken off. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body, or undefined if it is empty, cut or not JSON. */
  readonly json: unknown
  /** The network code that ended the body too early. */
  readonly cutBy: string | null
}

export type Exchange =
  {readonly kind: 'answered'; readonly answer: HttpAnswer} | {readonly kind: 'broken'; readonly error: NetworkError}

/** Sends one request, once, and reads the whole answer. It ends by its deadline, or at once when the signal aborts. */
export async function exchange(request: HttpRequest, timeoutMs: number, signal: AbortSignal): Promise<Exchange> {
  if (signal.aborted) return {kind: 'broken', error: {code: 'ABORTED', isUnsent: true}}
  const deadline = startDeadline(timeoutMs, signal)
  try {
    // A followed redirect would send a write twice.
    const response = await fetch(request.url, {...request, redirect: 'manual', signal: deadline.signal})
    return {kind: 'answered', answer: await readAnswer(response, deadline)}
  } catch (thrown) {
    return {kind: 'broken', error: networkError(thrown, deadline)}
  } finally {
    deadline.stop()
  }
}

async function readAnswer(response: Response, deadline: Deadline): Promise<HttpAnswer> {
  const {status, headers} = response
  try {
    const text = await response.text()
    return {status, headers, text, json: parseJson(text), cutBy: null}
  } catch (thrown) {
    return {status, headers, text: '', json: undefined, cutBy: networkError(thrown, deadline).code}
  }
}

/** The value of a JSON text, or undefined if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A timeout says nothing about how far the request got; a failed connect does. */
function networkError(thrown: unknown, {endedBy}: Deadline): NetworkError {
  const ended = endedBy()
  if (ended !== undefined) return {code: ended, isUnsent: false}
  return {code: errorCode(thrown) ?? 'UNKNOWN', isUnsent: isConnecting(thrown)}
}

function isConnecting(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof AggregateError) return error.errors.every(isConnecting)
    if ('syscall' in error) return error.syscall === 'connect' || error.syscall === 'getaddrinfo'
  }
  return false
}

interface Deadline {
  readonly signal: AbortSignal
  readonly endedBy: () => 'TIMEOUT' | 'ABORTED' | undefined
  readonly stop: () => void
}

/** Not `AbortSignal.any`: on a signal that lives as long as the worker it would keep a little of every call. */
function startDeadline(timeoutMs: number, caller: AbortSignal): Deadline {
  const controller = new AbortController()
  let endedBy: 'TIMEOUT' | 'ABORTED' | undefined
  const end = (reason: 'TIMEOUT' | 'ABORTED') => {
    endedBy ??= reason
    controller.abort()
  }
  const timer = setTimeout(() => end('TIMEOUT'), Math.min(timeoutMs, longestTimerMs))
  const forget = onAbort(caller, () => end('ABORTED'))
  const stop = () => {
    clearTimeout(timer)
    forget()
  }
  return {signal: controller.signal, endedBy: () => endedBy, stop}
}

/** A longer timer would fire at once. */
const longestTimerMs = 2 ** 31 - 1
