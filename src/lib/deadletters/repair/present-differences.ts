import {stripVTControlCharacters, styleText} from 'node:util'
import type {Difference} from './json-patch.js'

/** Where two documents differ, a line or two a place, as a person compares them. */
export function presentDifferences(differences: readonly Difference[], stream: NodeJS.WriteStream): string {
  return differences
    .flatMap((difference) => {
      const path = difference.path === '' ? '(all)' : difference.path
      return [
        ...('before' in difference ? [styleText('red', `- ${path} ${short(difference.before)}`, {stream})] : []),
        ...('after' in difference ? [styleText('green', `+ ${path} ${short(difference.after)}`, {stream})] : []),
      ]
    })
    .join('\n')
}

/** On one line: a document may hold anything, also what moves a terminal's cursor. */
function short(value: unknown): string {
  const text = stripVTControlCharacters(JSON.stringify(value) ?? 'nothing')
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters - 1)}…`
}

const mostCharacters = 200
