import {z} from 'zod'
import type {SapMessage} from './sap-error.js'

/**
 * The messages that came with a success: header `sap-message` (V2, one object
 * with details) or `sap-messages` (V4, a list). A header we cannot read is no
 * reason to doubt the success.
 */
export function readSapMessages(headers: Headers): readonly SapMessage[] {
  return [...parse(headers.get('sap-message')), ...parse(headers.get('sap-messages'))]
}

function parse(header: string | null): readonly SapMessage[] {
  if (header === null) return []
  const parsed = messages.safeParse(parseJson(header))
  if (!parsed.success) return []
  return parsed.data.flatMap(({details, ...message}) => [message, ...details].map(toMessage))
}

function parseJson(header: string): unknown {
  try {
    return JSON.parse(header)
  } catch {
    return undefined
  }
}

function toMessage({code, message, severity, numericSeverity}: RawMessage): SapMessage {
  return {code, text: message, severity: severity ?? numericSeverities[(numericSeverity ?? 0) - 1] ?? 'info'}
}

const numericSeverities = ['success', 'info', 'warning', 'error']

const rawMessage = z.object({
  code: z.string().catch(''),
  message: z.string().catch(''),
  severity: z.string().optional().catch(undefined),
  numericSeverity: z.number().optional().catch(undefined),
})

type RawMessage = z.output<typeof rawMessage>

const message = rawMessage.extend({details: z.array(rawMessage).catch([])})

const messages = z.union([z.array(message), message.transform((one) => [one])])
