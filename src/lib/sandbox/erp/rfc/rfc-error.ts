/** The kinds of error a partner sees, by the numbers of the RFC library. */
const codes = {
  communicationFailure: 1,
  logonFailure: 2,
  abapRuntimeFailure: 3,
  abapMessage: 4,
  abapException: 5,
} as const

const groups = {abapApplication: 1, abapRuntime: 2, logon: 3, communication: 4} as const

/** Class, type, number and variables of a T100 message. */
export interface AbapMessage {
  readonly class: string
  readonly type: string
  readonly number: string
  readonly variables: readonly string[]
}

export interface RfcErrorFields {
  readonly code: (typeof codes)[keyof typeof codes]
  readonly group: (typeof groups)[keyof typeof groups]
  readonly key: string
  readonly message: string
  readonly abap?: AbapMessage
}

/** What ends a call other than an answer. Thrown from any depth, turned into a reply in one place. */
export class RfcError extends Error {
  override readonly name = 'RfcError'
  readonly fields: RfcErrorFields

  constructor(fields: RfcErrorFields) {
    super(fields.message)
    this.fields = fields
  }

  /** Only an ABAP exception leaves the session as it was; everything else ends it, and rolls its work back. */
  get endsSession(): boolean {
    return this.fields.code !== codes.abapException
  }

  /** As it stands in the reply. */
  toWire(): Readonly<Record<string, string | number>> {
    const {abap, ...plain} = this.fields
    if (abap === undefined) return plain
    const variables = abap.variables.map((value, index) => [`abapMsgV${index + 1}`, value] as const)
    return {
      ...plain,
      abapMsgClass: abap.class,
      abapMsgType: abap.type,
      abapMsgNumber: abap.number,
      ...Object.fromEntries(variables),
    }
  }
}

/** RAISE of an exception that the function declares: nothing is said but its name. */
export function exception(key: string): RfcError {
  return new RfcError({
    code: codes.abapException,
    group: groups.abapApplication,
    key,
    message: ' Number:000',
    abap: {class: '', type: '', number: '000', variables: []},
  })
}

/** MESSAGE ... RAISING: an exception that carries a message. */
export function exceptionWithMessage(key: string, abap: AbapMessage): RfcError {
  const said = ` ${abap.variables.join(' ')}`.trimEnd()
  return new RfcError({
    code: codes.abapException,
    group: groups.abapApplication,
    key,
    message: `ID:${abap.class} Type:${abap.type} Number:${abap.number}${said}`,
    abap,
  })
}

/** A message of type E, A or X that nobody catches. */
export function abapMessage(text: string, abap: AbapMessage, key = text): RfcError {
  return new RfcError({code: codes.abapMessage, group: groups.abapRuntime, key, message: text, abap})
}

/** A short dump. */
export function dump(key: string, message: string): RfcError {
  return new RfcError({code: codes.abapRuntimeFailure, group: groups.abapRuntime, key, message})
}

export function logonFailure(message: string): RfcError {
  return new RfcError({code: codes.logonFailure, group: groups.logon, key: 'RFC_LOGON_FAILURE', message})
}

export function communicationFailure(message: string): RfcError {
  return new RfcError({
    code: codes.communicationFailure,
    group: groups.communication,
    key: 'RFC_COMMUNICATION_FAILURE',
    message,
  })
}
