import {z} from 'zod'

const pattern = z.string().refine(isPattern, 'not a regular expression')

const retryAfterSeconds = z.number().int().min(0).max(86_400)

const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'MERGE', 'DELETE'] as const

/** What the client of the RFC face can ask for. */
const rfcMethods = ['OPEN', 'DESCRIBE', 'INVOKE', 'PING', 'RESET'] as const

/** Which requests a fault is meant for, and how many of them it hits. */
const aim = {
  path: pattern.optional().describe('regular expression over the decoded path and query, or the name of a function'),
  body: pattern.optional().describe('regular expression over the body, or the parameters of a function'),
  reference: z.string().min(1).optional().describe('external reference that body or address must carry'),
  count: z.number().int().min(1).optional().describe('how many times; once, if no rate is given either'),
  rate: z.number().min(0).max(1).optional().describe('chance of each request it is meant for'),
}

/** Aims at either face, or at one of them: a method belongs to one face only. */
const eitherFace = {method: z.enum([...httpMethods, ...rfcMethods]).optional(), ...aim}
const odataOnly = {method: z.enum(httpMethods).optional(), ...aim}
const rfcOnly = {method: z.enum(rfcMethods).optional(), ...aim}

/** A fault as the admin endpoints take it. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({kind: z.literal('latency'), ms: z.number().int().min(0).max(600_000), ...eitherFace}),
  z.strictObject({kind: z.literal('unavailable'), retryAfterSeconds: retryAfterSeconds.default(2), ...eitherFace}),
  z.strictObject({kind: z.literal('throttle'), retryAfterSeconds: retryAfterSeconds.default(1), ...odataOnly}),
  z.strictObject({kind: z.literal('lock'), user: z.string().min(1).max(12).default('MMUSTER'), ...eitherFace}),
  z.strictObject({
    kind: z.literal('business-error'),
    code: z.string().regex(/^[A-Z0-9_&/]{1,20}\/\d{3}$/, 'message class and number, e.g. V1/319'),
    text: z.string().min(1).max(220),
    ...eitherFace,
  }),
  z.strictObject({kind: z.literal('drop-before-commit'), ...eitherFace}),
  z.strictObject({kind: z.literal('drop-after-commit'), ...eitherFace}),
  z.strictObject({kind: z.literal('hang'), ...eitherFace}),
  z.strictObject({kind: z.literal('logon-refused'), ...eitherFace}),
  z.strictObject({
    kind: z.literal('dump'),
    key: z
      .string()
      .regex(/^[A-Z0-9_]{1,40}$/, 'name of a runtime error, e.g. TIME_OUT')
      .default('TIME_OUT'),
    ...rfcOnly,
  }),
  z.strictObject({kind: z.literal('truncated-body'), ...odataOnly}),
  z.strictObject({kind: z.literal('expired-session'), ...odataOnly}),
])

/** All faults of a run, which the seed makes repeatable. */
export const scheduleSchema = z.strictObject({
  seed: z.number().int().min(0).max(0xffff_ffff).default(1),
  faults: z.array(faultSchema),
})

export type Fault = z.output<typeof faultSchema>
export type FaultInput = z.input<typeof faultSchema>
export type Schedule = z.output<typeof scheduleSchema>
export type ScheduleInput = z.input<typeof scheduleSchema>

export type LatencyFault = Extract<Fault, {kind: 'latency'}>

/** Faults inside SAP: the booking is refused with a message. */
export type RefusalFault = Extract<Fault, {kind: 'lock' | 'business-error'}>

/** Faults around the OData face: what happens to the whole HTTP exchange. */
export type TransportFault = Exclude<Fault, LatencyFault | RefusalFault | {kind: 'dump'}>

/** Faults around the RFC face: what happens to the session. */
export type SessionFault = Extract<
  Fault,
  {kind: 'unavailable' | 'logon-refused' | 'drop-before-commit' | 'drop-after-commit' | 'hang' | 'dump'}
>

export function isLatency(fault: Fault): fault is LatencyFault {
  return fault.kind === 'latency'
}

export function isRefusal(fault: Fault): fault is RefusalFault {
  return fault.kind === 'lock' || fault.kind === 'business-error'
}

export function isTransport(fault: Fault): fault is TransportFault {
  return !isLatency(fault) && !isRefusal(fault) && fault.kind !== 'dump'
}

export function isSession(fault: Fault): fault is SessionFault {
  switch (fault.kind) {
    case 'unavailable':
    case 'logon-refused':
    case 'drop-before-commit':
    case 'drop-after-commit':
    case 'hang':
    case 'dump':
      return true
    case 'latency':
    case 'throttle':
    case 'lock':
    case 'business-error':
    case 'truncated-body':
    case 'expired-session':
      return false
  }
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp
  } catch {
    return false
  }
}
