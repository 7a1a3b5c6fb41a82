import type {IncomingMessage} from 'node:http'

/** The body as text, or undefined if it is larger than anything this sandbox takes. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size <= mostBytes) chunks.push(bytes)
  }
  return size > mostBytes ? undefined : Buffer.concat(chunks).toString('utf8')
}

const mostBytes = 32 * 1024 * 1024
