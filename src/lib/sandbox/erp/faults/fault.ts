import {z} from 'zod'

const pattern = z.string().refine(isPattern, 'not a regular expression')

const retryAfterSeconds = z.number().int().min(0).max(86_400)

/** Which requests a fault is meant for, and how many of them it hits. */
const aim = {
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'MERGE', 'DELETE']).optional(),
  path: pattern.optional().describe('regular expression over the decoded path and query'),
  body: pattern.optional().describe('regular expression over the body'),
  reference: z.string().min(1).optional().describe('external reference that body or address must carry'),
  count: z.number().int().min(1).optional().describe('how many times; once, if no rate is given either'),
  rate: z.number().min(0).max(1).optional().describe('chance of each request it is meant for'),
}

/** A fault as the admin endpoints take it. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({kind: z.literal('latency'), ms: z.number().int().min(0).max(600_000), ...aim}),
  z.strictObject({kind: z.literal('unavailable'), retryAfterSeconds: retryAfterSeconds.default(2), ...aim}),
  z.strictObject({kind: z.literal('throttle'), retryAfterSeconds: retryAfterSeconds.default(1), ...aim}),
  z.strictObject({kind: z.literal('lock'), user: z.string().min(1).max(12).default('MMUSTER'), ...aim}),
  z.strictObject({
    kind: z.literal('business-error'),
    code: z.string().regex(/^[A-Z0-9_/]{1,20}\/\d{3}$/, 'message class and number, e.g. V1/319'),
    text: z.string().min(1).max(220),
    ...aim,
  }),
  z.strictObject({kind: z.literal('drop-before-commit'), ...aim}),
  z.strictObject({kind: z.literal('drop-after-commit'), ...aim}),
  z.strictObject({kind: z.literal('hang'), ...aim}),
  z.strictObject({kind: z.literal('truncated-body'), ...aim}),
  z.strictObject({kind: z.literal('expired-session'), ...aim}),
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

/** Faults around SAP: what happens to the whole HTTP exchange. */
export type TransportFault = Exclude<Fault, LatencyFault | RefusalFault>

export function isLatency(fault: Fault): fault is LatencyFault {
  return fault.kind === 'latency'
}

export function isRefusal(fault: Fault): fault is RefusalFault {
  return fault.kind === 'lock' || fault.kind === 'business-error'
}

export function isTransport(fault: Fault): fault is TransportFault {
  return !isLatency(fault) && !isRefusal(fault)
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp
  } catch {
    return false
  }
}
