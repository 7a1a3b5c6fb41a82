/** The headers of a message. */
export type Headers = Readonly<Record<string, unknown>>

/** What a message may carry in headers; longer texts belong in PostgreSQL. */
export const maxHeaderBytes = 8 * 1024

/**
 * The headers a message keeps when it is published again: without the broker's
 * own `x-*` (a kept `x-death` takes part in RabbitMQ's cycle check), CC and BCC
 * (they would add recipients).
 *
 * A foreign publisher's headers stay only while all of them are short: a
 * message with huge headers must still fit into a delay tier or the
 * dead-letter queue, together with what we add.
 */
export function republishHeaders(headers: Headers): Headers {
  const kept = Object.entries(headers).filter(([name]) => !isBrokersOwn(name))
  if (headerBytes(Object.fromEntries(kept)) <= maxHeaderBytes / 2) return Object.fromEntries(kept)
  return Object.fromEntries(kept.filter(([name]) => isOurs(name)))
}

/** Roughly the length of the headers on the wire. */
export function headerBytes(headers: Headers): number {
  return Buffer.byteLength(JSON.stringify(headers))
}

function isBrokersOwn(name: string): boolean {
  return /^x-/i.test(name) || name === 'CC' || name === 'BCC'
}

function isOurs(name: string): boolean {
  return name.startsWith('erpsync-') || name === 'traceparent' || name === 'tracestate'
}
