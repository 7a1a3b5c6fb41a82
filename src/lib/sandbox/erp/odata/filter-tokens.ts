import {badRequest} from './gateway-error.js'
import {type Literal, readLiteral} from './literal.js'
import type {Version} from './model.js'

export type Token =
  | {readonly kind: 'word'; readonly word: string}
  | {readonly kind: 'literal'; readonly literal: Literal}
  | {readonly kind: 'sign'; readonly sign: '(' | ')' | ','}

/**
 * Cuts a `$filter` into words, literals and signs.
 *
 * @throws GatewayError 400 naming the place where it stops making sense.
 */
export function filterTokens(text: string, version: Version): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const rest = text.slice(at)
    const space = /^\s+/.exec(rest)
    if (space) {
      at += space[0].length
      continue
    }
    const {token, length} = nextToken(rest, version) ?? {}
    if (!token || length === undefined) throw badRequest(`Invalid $filter at position ${at}: ${rest.slice(0, 20)}`)
    tokens.push(token)
    at += length
  }
  return tokens
}

function nextToken(rest: string, version: Version): {token: Token; length: number} | undefined {
  const found = readLiteral(rest, version)
  if (found) return {token: {kind: 'literal', literal: found.literal}, length: found.length}
  const sign = rest[0]
  if (sign === '(' || sign === ')' || sign === ',') return {token: {kind: 'sign', sign}, length: 1}
  const word = /^[A-Za-z_][\w/]*/.exec(rest)?.[0]
  return word === undefined ? undefined : {token: {kind: 'word', word}, length: word.length}
}
