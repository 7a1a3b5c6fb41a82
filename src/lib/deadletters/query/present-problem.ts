import type {QueryProblem} from './query.js'

/** What is wrong with a query, the query itself, and a caret under the place. */
export function presentProblem(text: string, {message, column, length, suggestion}: QueryProblem): string {
  const line = text.replaceAll(/\s/g, ' ')
  const start = Math.max(0, column - 1 - context)
  const shown = line.slice(start, column - 1 + length + context)
  const carets = '^'.repeat(Math.max(1, Math.min(length, shown.length - (column - 1 - start))))
  const meant = suggestion === null ? '' : ` Did you mean "${suggestion}"?`
  return `${message}${meant}\n  ${shown}\n  ${' '.repeat(column - 1 - start)}${carets}`
}

/** Characters shown on both sides of the place. */
const context = 60
