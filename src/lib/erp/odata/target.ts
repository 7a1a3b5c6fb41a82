import type {ODataOperation} from '#lib/config/odata-kind.js'
import type {FindMessage} from '#lib/erp/message-table.js'
import type {Decimals} from './decimals.js'
import type {Dialect, Entity} from './dialect.js'
import type {ODataCall, ODataSession} from './session.js'
import type {SapMessage} from './sap-error.js'

/** One operation of one service, with all it takes to call it. */
export interface Target {
  readonly session: ODataSession
  readonly operation: ODataOperation
  readonly dialect: Dialect
  /** Path of the service, with a slash at its end. */
  readonly service: string
  /** Which properties hold numbers that are written as texts. */
  readonly decimals: (signal: AbortSignal) => Promise<Decimals>
  /** What SAP's messages mean for this operation. */
  readonly findMessage: FindMessage
}

/** A read of the operation's entity set. */
export function readOf(
  {service, operation, findMessage}: Target,
  suffix: string,
  stage: ODataCall['stage'],
): ODataCall {
  return {method: 'GET', service, path: `${operation.entitySet}${suffix}`, stage, findMessage}
}

/** SAP's document number of an entity, or null if it has none. */
export function documentNumberOf({operation}: Target, entity: Entity | undefined): string | null {
  const value = entity?.[operation.result]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

/** A text literal for a key or a filter, ready for the URL. */
export function textLiteral(text: string): string {
  return `'${encodeURIComponent(text.replaceAll("'", "''"))}'`
}

/** What a success says beyond the number: SAP's warnings, and what was left out of the call. */
export function remarks(
  messages: readonly SapMessage[],
  notSent: readonly string[] = [],
): {readonly answer?: {readonly messages?: readonly SapMessage[]; readonly notSent?: readonly string[]}} {
  const answer = {
    ...(messages.length === 0 ? {} : {messages}),
    ...(notSent.length === 0 ? {} : {notSent}),
  }
  return Object.keys(answer).length === 0 ? {} : {answer}
}
