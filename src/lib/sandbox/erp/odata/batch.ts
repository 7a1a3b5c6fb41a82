import {randomUUID} from 'node:crypto'
import {STATUS_CODES} from 'node:http'
import type {World} from '#lib/sandbox/erp/world/world.js'
import {answer, carryOut, problemResponse} from './answer.js'
import {isWrite, methodOf, type OdataRequest, type OdataResponse, type Place, splitUrl} from './exchange.js'
import {badRequest, notFound} from './gateway-error.js'
import {type Part, parseMultipart, parsePart, writeMultipart} from './multipart.js'
import {protocols} from './protocols.js'

/** One request out of a batch, with the id its answer is known by. */
interface BatchedRequest {
  readonly request: OdataRequest
  readonly contentId: string | undefined
}

/**
 * Answers a `$batch`. Each change set is booked whole or not at all; one that
 * fails is answered by a single error part, and the batch goes on behind it.
 * (V4 goes on only if asked to by `Prefer: odata.continue-on-error`.)
 */
export function answerBatch(world: World, place: Place, request: OdataRequest): OdataResponse {
  try {
    const goesOn = place.service.version === 'v2' || /continue-on-error/.test(request.headers.prefer ?? '')
    const answers: BatchAnswer[] = []
    for (const part of parseMultipart(request.body, request.headers['content-type'] ?? '')) {
      if (answers.some(({failed}) => failed) && !goesOn) break
      answers.push(answerPart(world, place, part))
    }
    const boundary = `batch_${randomUUID()}`
    return {
      status: place.service.version === 'v2' ? 202 : 200,
      headers: {
        ...protocols[place.service.version].headers,
        'content-type': `multipart/mixed; boundary=${boundary}`,
      },
      body: writeMultipart(
        boundary,
        answers.map(({text}) => text),
      ),
    }
  } catch (error) {
    return problemResponse(place.service, error)
  }
}

interface BatchAnswer {
  readonly text: string
  readonly failed: boolean
}

function answerPart(world: World, place: Place, part: Part): BatchAnswer {
  const contentType = part.headers['content-type'] ?? ''
  if (/^multipart\/mixed/i.test(contentType)) return answerChangeSet(world, place, part.content, contentType)
  try {
    const {request, contentId} = parseRequest(place, part)
    return single(answer(world, place, request), contentId)
  } catch (error) {
    return single(problemResponse(place.service, error), part.headers['content-id'])
  }
}

function answerChangeSet(world: World, place: Place, content: string, contentType: string): BatchAnswer {
  try {
    const parts = world.transaction((tx) => {
      const created = new Map<string, string>()
      return parseMultipart(content, contentType).map((part) => {
        const {request, contentId} = parseRequest(place, part, created)
        if (!isWrite(request.method)) throw badRequest('A change set must not contain a GET.')
        const response = carryOut(tx, place, request)
        const {location} = response.headers
        if (contentId !== undefined && location !== undefined) created.set(contentId, location)
        return httpPart(response, contentId)
      })
    })
    const boundary = `changeset_${randomUUID()}`
    const body = writeMultipart(boundary, parts)
    return {text: `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n${body}`, failed: false}
  } catch (error) {
    return single(problemResponse(place.service, error), undefined)
  }
}

function single(response: OdataResponse, contentId: string | undefined): BatchAnswer {
  return {text: httpPart(response, contentId), failed: response.status >= 400}
}

function parseRequest(place: Place, {headers, content}: Part, created?: ReadonlyMap<string, string>): BatchedRequest {
  const [, requestLine = '', rest = ''] = /^\s*([^\r\n]*)\r?\n?([\s\S]*)$/.exec(content) ?? []
  const [, method, url] = /^([A-Z]+) (\S+)(?: HTTP\/1\.\d)?\s*$/.exec(requestLine) ?? []
  if (method === undefined || url === undefined) throw badRequest(`Invalid request line in a batch: ${requestLine}`)
  const inner = parsePart(rest)
  const {path, query} = splitUrl(pathBelow(place, resolveContentId(url, created)))
  return {
    request: {method: methodOf(method, inner.headers), path, query, headers: inner.headers, body: inner.content},
    contentId: headers['content-id'] ?? inner.headers['content-id'],
  }
}

/** `$1/to_Item` means an entity created before in the same change set. */
function resolveContentId(url: string, created: ReadonlyMap<string, string> | undefined): string {
  const [, id, rest = ''] = /^\/?\$(\w+)(\/.*)?$/.exec(url) ?? []
  const location = id === undefined ? undefined : created?.get(id)
  return location === undefined ? url : location + rest
}

/** A part may name its resource by a full address, an absolute path, or relative to the service. */
function pathBelow({service}: Place, url: string): string {
  const path = url.replace(/^https?:\/\/[^/]*/i, '')
  if (path.startsWith(`${service.path}/`)) return path.slice(service.path.length + 1)
  if (path.startsWith('/sap/')) throw notFound(path)
  return path.replace(/^\//, '')
}

function httpPart({status, headers, body}: OdataResponse, contentId: string | undefined): string {
  const length = Buffer.byteLength(body)
  const lines = [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...(contentId === undefined ? [] : [`Content-ID: ${contentId}`]),
    '',
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries({...headers, 'content-length': String(length)}).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ]
  return lines.join('\r\n')
}
