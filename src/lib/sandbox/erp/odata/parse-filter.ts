import type {Comparison, Filter} from './filter.js'
import {filterTokens, type Token} from './filter-tokens.js'
import {badRequest, type GatewayError, unknownProperty} from './gateway-error.js'
import {type Literal, literalValue} from './literal.js'
import {type EntitySet, findProperty, type Property, type Version} from './model.js'

/**
 * Parses a `$filter`: comparisons of a property with a literal, text functions,
 * `and`, `or`, `not` and parentheses, with OData's precedence.
 *
 * @throws GatewayError 400 for anything else, an unknown property or a literal of the wrong type.
 */
export function parseFilter(text: string, set: EntitySet, version: Version): Filter {
  const parser = new FilterParser(filterTokens(text, version), set, version)
  return parser.parse()
}

/** Holds how far the tokens are read. */
class FilterParser {
  readonly #tokens: readonly Token[]
  readonly #set: EntitySet
  readonly #version: Version
  #at = 0

  constructor(tokens: readonly Token[], set: EntitySet, version: Version) {
    this.#tokens = tokens
    this.#set = set
    this.#version = version
  }

  parse(): Filter {
    const filter = this.#or()
    if (this.#at < this.#tokens.length) throw this.#unexpected()
    return filter
  }

  #or(): Filter {
    let left = this.#and()
    while (this.#takeWord('or')) left = {kind: 'or', left, right: this.#and()}
    return left
  }

  #and(): Filter {
    let left = this.#not()
    while (this.#takeWord('and')) left = {kind: 'and', left, right: this.#not()}
    return left
  }

  #not(): Filter {
    return this.#takeWord('not') ? {kind: 'not', operand: this.#not()} : this.#operand()
  }

  #operand(): Filter {
    if (this.#takeSign('(')) {
      const inner = this.#or()
      this.#requireSign(')')
      return inner
    }
    const token = this.#next()
    if (token?.kind === 'literal') return this.#mirrored(token.literal)
    if (token?.kind !== 'word') throw this.#unexpected(token)
    if (this.#takeSign('(')) return this.#call(token.word)
    const property = this.#property(token.word)
    const comparison = this.#takeComparison()
    if (comparison) return this.#compare(property, comparison, this.#literal())
    if (property.type.kind === 'flag') return {kind: 'compare', comparison: 'eq', property, value: true}
    throw this.#unexpected()
  }

  /** `'X' eq Name` says the same as `Name eq 'X'`. */
  #mirrored(literal: Literal): Filter {
    const comparison = this.#takeComparison()
    const token = this.#next()
    if (!comparison || token?.kind !== 'word') throw this.#unexpected(token)
    return this.#compare(this.#property(token.word), mirror[comparison], literal)
  }

  #compare(property: Property, comparison: Comparison, literal: Literal): Filter {
    const value = literalValue(literal, property.type)
    if (value === undefined) throw badRequest(`Invalid $filter: the literal does not fit property ${property.name}.`)
    return {kind: 'compare', comparison, property, value}
  }

  #call(name: string): Filter {
    const isSubstringof = this.#version === 'v2' && name === 'substringof'
    const first = isSubstringof ? this.#literal() : undefined
    if (first) this.#requireSign(',')
    const token = this.#next()
    if (token?.kind !== 'word') throw this.#unexpected(token)
    const property = this.#property(token.word)
    if (!first) this.#requireSign(',')
    const literal = first ?? this.#literal()
    this.#requireSign(')')
    const how = isSubstringof ? 'contains' : textFunctions[this.#version].find((known) => known === name)
    if (!how) throw badRequest(`Invalid $filter: function ${name} is not known.`)
    if (literal.kind !== 'text' || property.type.kind !== 'text') {
      throw badRequest(`Invalid $filter: function ${name} takes texts.`)
    }
    return this.#comparedWithFlag({kind: 'match', how, property, text: literal.text})
  }

  /** V2 clients like to write `substringof('X',Name) eq true`. */
  #comparedWithFlag(match: Filter): Filter {
    if (!this.#takeWord('eq')) return match
    const literal = this.#literal()
    if (literal.kind !== 'flag') throw badRequest('Invalid $filter: expected true or false.')
    return literal.isTrue ? match : {kind: 'not', operand: match}
  }

  #property(name: string): Property {
    const property = findProperty(this.#set, name)
    if (!property) throw unknownProperty(name, this.#set.typeName)
    return property
  }

  #literal(): Literal {
    const token = this.#next()
    if (token?.kind !== 'literal') throw this.#unexpected(token)
    return token.literal
  }

  #takeComparison(): Comparison | undefined {
    return comparisons.find((comparison) => this.#takeWord(comparison))
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'word' || token.word !== word) return false
    this.#at += 1
    return true
  }

  #takeSign(sign: '(' | ')' | ','): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'sign' || token.sign !== sign) return false
    this.#at += 1
    return true
  }

  #requireSign(sign: '(' | ')' | ','): void {
    if (!this.#takeSign(sign)) throw badRequest(`Invalid $filter: expected "${sign}".`)
  }

  #next(): Token | undefined {
    const token = this.#tokens[this.#at]
    this.#at += 1
    return token
  }

  #unexpected(token: Token | undefined = this.#tokens[this.#at]): GatewayError {
    if (!token) return badRequest('Invalid $filter: it ends too early.')
    const found = token.kind === 'word' ? token.word : token.kind === 'sign' ? token.sign : `a ${token.literal.kind}`
    return badRequest(`Invalid $filter: unexpected ${found}.`)
  }
}

const comparisons: readonly Comparison[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le']

const mirror: Readonly<Record<Comparison, Comparison>> = {eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge'}

const textFunctions: Readonly<Record<Version, readonly ('contains' | 'startswith' | 'endswith')[]>> = {
  v2: ['startswith', 'endswith'],
  v4: ['contains', 'startswith', 'endswith'],
}
