import {z} from 'zod'

const requestSchema = z.discriminatedUnion('op', [
  z.object({op: z.literal('open'), params: z.record(z.string(), z.string())}),
  z.object({op: z.literal('describe'), function: z.string()}),
  z.object({
    op: z.literal('invoke'),
    function: z.string(),
    params: z.record(z.string(), z.unknown()),
    /** Parameters of the answer that the caller does not want. */
    inactive: z.array(z.string()).default([]),
  }),
  z.object({op: z.literal('ping')}),
  z.object({op: z.literal('reset')}),
])

/** What a client asks for in one line. */
export type RfcRequest = Readonly<z.output<typeof requestSchema>>
export type OpenRequest = Extract<RfcRequest, {op: 'open'}>
export type InvokeRequest = Extract<RfcRequest, {op: 'invoke'}>

/** Reads a line; undefined if it is none of the protocol. */
export function parseRequest(line: Buffer): RfcRequest | undefined {
  try {
    return requestSchema.safeParse(JSON.parse(utf8.decode(line))).data
  } catch {
    return undefined
  }
}

const utf8 = new TextDecoder('utf-8', {fatal: true})
