import type {ParsedQuery, PayloadMatch, Term, TimeMatch, WordMatch} from './query.js'

/**
 * The query with nothing left to guess: moments instead of lengths of time, and
 * the state said. Read again, at any time, it is the same query.
 */
export function resolvedText({terms}: ParsedQuery): string {
  return terms.map((term) => (term.isNegated ? `-${textOf(term)}` : textOf(term))).join(' ')
}

function textOf(term: Term): string {
  switch (term.kind) {
    case 'word':
      return `${term.field}:${term.anyOf.map(wordText).join(',')}`
    case 'text':
      return `text:${term.anyOf.map(quoteIfNeeded).join(',')}`
    case 'attempts':
      return `attempts:${term.anyOf.map(({operator, number}) => `${operator === '=' ? '' : operator}${number}`).join(',')}`
    case 'died':
      return timeText(term.anyOf)
    case 'payload':
      return `payload.${term.path.map(nameText).join('.')}:${term.anyOf.map(payloadText).join(',')}`
  }
}

function timeText(anyOf: readonly TimeMatch[]): string {
  const [only] = anyOf
  if (anyOf.length === 1 && only?.operator === '>=') return `since:${only.time.toISOString()}`
  if (anyOf.length === 1 && only?.operator === '<') return `until:${only.time.toISOString()}`
  return `died:${anyOf.map(({operator, time}) => `${operator}${time.toISOString()}`).join(',')}`
}

function payloadText(match: PayloadMatch): string {
  switch (match.kind) {
    case 'is':
    case 'starts_with':
      return wordText(match)
    case 'number':
      return `${match.operator}${match.number}`
    case 'date':
      return `${match.operator}${match.date}`
  }
}

function wordText({kind, text}: WordMatch): string {
  switch (kind) {
    case 'is':
      return quoteIfNeeded(text)
    case 'starts_with':
      return text === '' ? '*' : `${quoteIfNeeded(text)}*`
  }
}

/** What is plain stays as it is; the rest goes into quotes. */
function quoteIfNeeded(text: string): string {
  return /^[\p{L}\p{N}_.:/@&+#$%=-]+$/u.test(text) ? text : quote(text)
}

function nameText(name: string): string {
  return /^[\p{L}\p{N}_-]+$/u.test(name) ? name : quote(name)
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}
