import {parseArgs} from 'node:util'

/** How large the archive is, and how often each answer is asked for. */
export interface DeadLetterBenchOptions {
  readonly letters: number
  readonly groups: number
  readonly rounds: number
  readonly json: boolean
}

/** Reads the command line; throws with the usage if it asks for something else than there is. */
export function readOptions(args: readonly string[]): DeadLetterBenchOptions {
  const {values, positionals} = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      letters: {type: 'string', default: '1000000'},
      groups: {type: 'string', default: '400'},
      rounds: {type: 'string', default: '5'},
      json: {type: 'boolean', default: false},
    },
  })
  if (positionals.join() !== 'deadletters') throw new Error(usage)
  return {
    letters: countOf(values.letters),
    groups: countOf(values.groups),
    rounds: countOf(values.rounds),
    json: values.json,
  }
}

function countOf(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new Error(usage)
}

const usage = 'Usage: npm run bench -- deadletters [--letters 1000000] [--groups 400] [--rounds 5] [--json]'
