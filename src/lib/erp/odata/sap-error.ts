import {z} from 'zod'

/** One message of SAP, with class and number where SAP gave them. */
export interface SapMessage {
  /** `V1/319`, an exception class or `''`. */
  readonly code: string
  readonly text: string
  readonly severity: string
}

/** An error payload of SAP Gateway (V2) or of the RAP runtime (V4). */
export interface SapError extends SapMessage {
  /** What lies beneath, without the rows that only wrap others. */
  readonly details: readonly SapMessage[]
}

/** Reads SAP's error out of a body; undefined if the body is none of SAP's (a proxy's page, say). */
export function parseSapError({json, text}: {readonly json: unknown; readonly text: string}): SapError | undefined {
  if (json === undefined) return parseXmlError(text)
  const parsed = payload.safeParse(json)
  if (!parsed.success) return undefined
  const {code, message, details, innererror} = parsed.data.error
  return toError({code, text: message, severity: 'error'}, [...details, ...innererror.errordetails])
}

/** All codes of severity error, the outermost first, those that only wrap others last. */
export function errorCodes({code, details}: SapError): readonly string[] {
  const inner = details.filter(({severity}) => severity === 'error').map((detail) => detail.code)
  const codes = noise.has(code) ? [...inner, code] : [code, ...inner]
  return codes.filter((candidate) => wellFormedCode.test(candidate))
}

function toError(outer: SapMessage, inner: readonly SapMessage[]): SapError {
  const details = inner.filter(({code}) => !noise.has(code))
  return {...outer, details: details.filter(({code, text}) => code !== outer.code || text !== outer.text)}
}

/** Errors of services that were asked for JSON still come as XML when the request never reached the service. */
function parseXmlError(text: string): SapError | undefined {
  const head = text.slice(0, maxXmlLength)
  if (!/<(?:\w+:)?error[\s>]/.test(head)) return undefined
  const [outer = '', ...rest] = head.split(/<errordetail>/)
  const code = element(outer, 'code')
  const message = element(outer, 'message')
  if (code === undefined || message === undefined) return undefined
  const details = rest.map((detail) => ({
    code: element(detail, 'code') ?? '',
    text: element(detail, 'message') ?? '',
    severity: element(detail, 'severity') ?? 'error',
  }))
  return toError({code, text: message, severity: 'error'}, details)
}

function element(xml: string, name: string): string | undefined {
  const content = new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`).exec(xml)?.[1]
  return content?.replace(/&(lt|gt|quot|apos|amp);/g, (entity) => xmlEntities[entity] ?? entity)
}

const xmlEntities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
}

const maxXmlLength = 64 * 1024

/** Codes under which the framework wraps the message that matters. */
const noise: ReadonlySet<string> = new Set([
  '',
  '/IWBEP/CX_MGW_BUSI_EXCEPTION',
  '/IWBEP/CX_MGW_TECH_EXCEPTION',
  '/IWBEP/CM_MGW_RT/022',
])

/** A code becomes part of fingerprints and log lines: nothing long or strange gets through. */
const wellFormedCode = /^[\w/&()$.-]{1,64}$/

const text = z.union([z.string(), z.object({value: z.string()}).transform(({value}) => value)])

/** V4 counts: 1 success, 2 information, 3 warning, 4 error. */
const numericSeverities = ['success', 'info', 'warning', 'error']

const detail = z
  .object({
    code: z.string().catch(''),
    message: text.catch(''),
    severity: z.string().optional().catch(undefined),
    '@SAP__common.numericSeverity': z.number().optional().catch(undefined),
  })
  .transform(({code, message, severity, ...rest}): SapMessage => {
    const counted = numericSeverities[(rest['@SAP__common.numericSeverity'] ?? 4) - 1] ?? 'error'
    return {code, text: message, severity: severity ?? counted}
  })

const payload = z.object({
  error: z.object({
    code: z.string().catch(''),
    message: text,
    details: z.array(detail).catch([]),
    innererror: z.object({errordetails: z.array(detail).catch([])}).catch({errordetails: []}),
  }),
})
