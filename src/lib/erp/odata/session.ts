import type {ConnectionSettings} from '#lib/config/schema.js'
import {findMessage, type FindMessage} from '#lib/erp/message-table.js'
import type {CallKind} from '#lib/erp/http/classify.js'
import {cookieHeader, storeCookies, type CookieJar} from './cookies.js'
import {exchange, type Exchange, type HttpRequest} from '#lib/erp/http/exchange.js'
import {isTokenRequired, judge, type CallOutcome, type Occasion} from './judge.js'
import {authorization, redactor, type Redact} from '#lib/erp/http/redact.js'
import {SharedCall} from './shared-call.js'

export type ODataDestination = Extract<ConnectionSettings, {kind: 'odata'}>

/** One call of a service, without what the session adds. */
export interface ODataCall {
  readonly method: HttpRequest['method']
  /** With a slash at its end; relative to the destination's `baseUrl`. */
  readonly service: string
  /** Entity set, key and query, relative to the service. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is, with the headers that say what it is. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly etag?: string
  readonly stage: 'call' | 'probe'
  /** What SAP's messages mean here; by default what the table says. */
  readonly findMessage?: FindMessage
}

/** A token and the cookies it came with; one is worth nothing without the other. */
interface Login {
  readonly token: string | undefined
  readonly jar: CookieJar
}

type LoginOutcome = {readonly kind: 'in'; readonly login: Login} | {readonly kind: 'out'; readonly exchange: Exchange}

/**
 * The session that all operations of one destination share in this process:
 * SAP keeps a session for every client that does not send its cookies back,
 * and asks for a CSRF token on every write.
 */
export class ODataSession {
  readonly #destination: ODataDestination
  readonly #redact: Redact
  readonly #loggingIn = new SharedCall<LoginOutcome>()
  #login: Login | undefined

  constructor(destination: ODataDestination) {
    this.#destination = destination
    this.#redact = redactor(destination.auth?.basic)
  }

  /**
   * Makes one call. A write is sent again in one case only: SAP refused it
   * unread because the token had expired.
   */
  async call(call: ODataCall, signal: AbortSignal): Promise<CallOutcome> {
    const {exchange: made, occasion} = await this.exchange(call, signal)
    return judge(made, occasion)
  }

  /** Makes one call as `call` does, and leaves the judgement to the caller. */
  async exchange(
    call: ODataCall,
    signal: AbortSignal,
  ): Promise<{readonly exchange: Exchange; readonly occasion: Occasion}> {
    const first = await this.#attempt(call, undefined, signal)
    const isStale =
      first.login !== undefined && first.exchange.kind === 'answered' && isTokenRequired(first.exchange.answer)
    const last = isStale ? await this.#attempt(call, first.login, signal) : first
    return {exchange: last.exchange, occasion: this.occasion(call, last.login === undefined ? 'read' : kindOf(call))}
  }

  /** Reads the service document, with the cookies of the session if there is one. */
  async ping(service: string, signal: AbortSignal): Promise<CallOutcome> {
    const root: ODataCall = {method: 'GET', service, path: '', stage: 'call'}
    const jar = this.#login?.jar ?? new Map<string, string>()
    return judge(await this.#send(root, jar, {}, signal), this.occasion(root, 'read'))
  }

  occasion({method, path, service, stage, findMessage: find = findMessage}: ODataCall, call: CallKind): Occasion {
    // Without key and query: equal failures of different documents must read the same.
    const title = `${method} ${path === '' ? service : path.replace(/[(?].*$/, '')}`
    return {call, stage, title, redact: this.#redact, findMessage: find, nowMs: Date.now()}
  }

  /** Sends the call within a login; without one, the exchange is that of the failed login. */
  async #attempt(call: ODataCall, stale: Login | undefined, signal: AbortSignal) {
    const outcome = await this.#logIn(call.service, stale, signal)
    if (outcome.kind === 'out') return {login: undefined, exchange: outcome.exchange}
    const {login} = outcome
    const token = kindOf(call) === 'write' && login.token !== undefined ? {'x-csrf-token': login.token} : {}
    return {login, exchange: await this.#send(call, login.jar, token, signal)}
  }

  /** The current login, unless it is the one that was just refused. */
  async #logIn(service: string, stale: Login | undefined, signal: AbortSignal): Promise<LoginOutcome> {
    if (this.#login !== undefined && this.#login !== stale) return {kind: 'in', login: this.#login}
    const outcome = await this.#loggingIn.join((shared) => this.#fetchToken(service, shared), signal)
    return outcome ?? {kind: 'out', exchange: {kind: 'broken', error: {code: 'ABORTED', isUnsent: true}}}
  }

  /** By GET: several handlers of SAP refuse HEAD. */
  async #fetchToken(service: string, signal: AbortSignal): Promise<LoginOutcome> {
    const jar: CookieJar = new Map()
    const root: ODataCall = {method: 'GET', service, path: '', stage: 'call'}
    const result = await this.#send(root, jar, {'x-csrf-token': 'Fetch'}, signal)
    if (result.kind === 'broken' || result.answer.status >= 300) return {kind: 'out', exchange: result}
    const token = result.answer.headers.get('x-csrf-token') ?? undefined
    this.#login = {token, jar}
    return {kind: 'in', login: this.#login}
  }

  async #send(
    call: ODataCall,
    jar: CookieJar,
    extra: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Exchange> {
    const cookie = cookieHeader(jar)
    const body = call.body === undefined ? call.text : JSON.stringify(call.body)
    const request: HttpRequest = {
      method: call.method,
      url: `${this.#destination.baseUrl.replace(/\/+$/, '')}/${call.service}${call.path}`,
      headers: {
        ...this.#standingHeaders(),
        ...(cookie === undefined ? {} : {cookie}),
        ...(call.etag === undefined ? {} : {'if-match': call.etag}),
        ...(body === undefined ? {} : {'content-type': 'application/json'}),
        ...call.headers,
        ...extra,
      },
      ...(body === undefined ? {} : {body}),
    }
    const result = await exchange(request, this.#destination.timeout, signal)
    if (result.kind === 'answered') storeCookies(jar, result.answer.headers, Date.now())
    return result
  }

  #standingHeaders(): Record<string, string> {
    const {auth, sapClient, language} = this.#destination
    const basic = authorization(auth?.basic)
    return {
      accept: 'application/json',
      'sap-language': language,
      ...(sapClient === undefined ? {} : {'sap-client': sapClient}),
      ...(basic === undefined ? {} : {authorization: basic}),
    }
  }
}

function kindOf({method}: ODataCall): CallKind {
  return method === 'GET' ? 'read' : 'write'
}
