interface GatewayErrorFields {
  readonly status: number
  /** `CLASS/NNN`, or the name of the exception class. */
  readonly code: string
  /** The property to blame. */
  readonly target?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A request the gateway answers with an error. Thrown from any depth, turned into an answer in one place. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly status: number
  readonly code: string
  readonly target: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(text: string, {status, code, target, headers = {}}: GatewayErrorFields) {
    super(text)
    this.status = status
    this.code = code
    this.target = target
    this.headers = headers
  }
}

export function badRequest(text: string, code = '/IWBEP/CM_MGW_RT/021'): GatewayError {
  return new GatewayError(text, {status: 400, code})
}

export function unknownProperty(name: string, typeName: string): GatewayError {
  return new GatewayError(`Property ${name} is unknown in type ${typeName}.`, {
    status: 400,
    code: '/IWCOR/CX_DS_EDM_PROPERTY_NOT_FOUND',
    target: name,
  })
}

export function notFound(what: string): GatewayError {
  return new GatewayError(`Resource not found: ${what}.`, {status: 404, code: '/IWBEP/CM_MGW_RT/020'})
}

export function methodNotAllowed(method: string, allow: string): GatewayError {
  return new GatewayError(`Method ${method} is not allowed here.`, {
    status: 405,
    code: '/IWFND/CM_MGW/092',
    headers: {allow},
  })
}
