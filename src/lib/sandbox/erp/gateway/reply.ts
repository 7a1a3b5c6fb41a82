import {resetSocket} from '#lib/sandbox/erp/reset-socket.js'
import type {ServerResponse} from 'node:http'

/** An HTTP answer as a value. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
}

export function sendReply(response: ServerResponse, reply: Reply): void {
  writeHead(response, reply)
  response.end(reply.body)
}

/** Announces the whole body, sends half of it, and cuts the line. */
export function sendHalf(response: ServerResponse, reply: Reply): void {
  writeHead(response, reply)
  const bytes = Buffer.from(reply.body)
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
}

/** Cuts the line without a word; the client sees a connection reset. */
export function dropLine(response: ServerResponse): void {
  if (response.socket) resetSocket(response.socket)
}

function writeHead(response: ServerResponse, {status, headers, body}: Reply): void {
  const isBodiless = status === 204
  response.writeHead(status, {
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, headerValue(value)])),
    ...(isBodiless ? {} : {'content-length': String(Buffer.byteLength(body))}),
  })
}

function headerValue(value: string | readonly string[]): string | string[] {
  return typeof value === 'string' ? value : [...value]
}

export function json(status: number, value: unknown): Reply {
  return {status, headers: {'content-type': 'application/json; charset=utf-8'}, body: JSON.stringify(value)}
}
