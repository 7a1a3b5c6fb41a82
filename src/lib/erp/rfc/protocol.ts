import {z} from 'zod'
import {rfcErrorSchema} from './rfc-error.js'

/** Milliseconds on a clock that all processes of this machine share and nobody sets. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n)
}

const id = z.number().int()
/** By `monotonicMs`. */
const deadline = z.number()
const values = z.record(z.string(), z.unknown())

/**
 * What the process with the addon is asked:
 *
 * - `start`: once; whom to connect to, and how many connections to hold
 * - `lease`: a connection, logged on, with the metadata of these functions in memory
 * - `call`: a function, on a leased connection; never begun after its deadline, and cancelled then
 * - `cancel`: whatever is under way on a lease; the connection is not used again
 * - `release`: the lease is over; the connection is kept only if nothing went wrong on it
 * - `end`: close all connections and leave
 */
export const requestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('start'),
    connection: z.record(z.string(), z.string()),
    module: z.string().nullable(),
    /** Of its own, removed when it leaves. */
    folder: z.string().nullable(),
    max: z.number().int(),
  }),
  z.strictObject({kind: z.literal('lease'), id, deadline, warm: z.array(z.string())}),
  z.strictObject({kind: z.literal('call'), id, lease: id, function: z.string(), parameters: values, deadline}),
  z.strictObject({kind: z.literal('cancel'), lease: id}),
  z.strictObject({kind: z.literal('release'), lease: id, keep: z.boolean()}),
  z.strictObject({kind: z.literal('end')}),
])

export type Request = Readonly<z.output<typeof requestSchema>>

/** Who answers at the other end of a connection, and as whom we are known there. */
const systemSchema = z.strictObject({
  sysId: z.string(),
  client: z.string(),
  host: z.string(),
  release: z.string(),
  user: z.string(),
  /** Two letters. */
  language: z.string(),
})

export type RfcSystem = Readonly<z.output<typeof systemSchema>>

/** What stands in the way of the addon on this machine. */
const obstacleSchema = z.strictObject({
  /** `SDK_MISSING`, `MODULE_MISSING` or `ADDON_UNUSABLE`. */
  code: z.enum(['SDK_MISSING', 'MODULE_MISSING', 'ADDON_UNUSABLE']),
  /** The file that is missing, or what the system said. */
  what: z.string(),
})

export type Obstacle = Readonly<z.output<typeof obstacleSchema>>

/** What it answers: once whether it can do its work, and to each `lease` and `call` one of the last three. */
export const replySchema = z.discriminatedUnion('kind', [
  z.strictObject({kind: z.literal('ready')}),
  z.strictObject({kind: z.literal('unusable'), obstacle: obstacleSchema}),
  z.strictObject({kind: z.literal('leased'), id, system: systemSchema}),
  z.strictObject({kind: z.literal('answered'), id, answer: values}),
  z.strictObject({kind: z.literal('failed'), id, error: rfcErrorSchema}),
])

export type Reply = Readonly<z.output<typeof replySchema>>
