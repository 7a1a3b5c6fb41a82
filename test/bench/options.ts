import {parseArgs} from 'node:util'

/** What is measured and how. */
export interface BenchOptions {
  /** Messages in the queue before each phase. */
  readonly messages: number
  readonly rounds: number
  /** Deliveries in hand at once, the same for all three. */
  readonly prefetch: number
  /** Whether to measure memory with 1,000 and 1,000,000 messages queued as well. */
  readonly memory: boolean
  readonly json: boolean
}

/** Reads the command line; throws with the usage if it asks for something else than there is. */
export function readOptions(args: readonly string[]): BenchOptions {
  const {values, positionals} = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      messages: {type: 'string', default: '20000'},
      rounds: {type: 'string', default: '3'},
      prefetch: {type: 'string', default: '256'},
      memory: {type: 'boolean', default: false},
      json: {type: 'boolean', default: false},
    },
  })
  if (positionals.join() !== 'delivery') throw new Error(usage)
  return {
    messages: countOf(values.messages),
    rounds: countOf(values.rounds),
    prefetch: countOf(values.prefetch),
    memory: values.memory,
    json: values.json,
  }
}

function countOf(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new Error(usage)
}

const usage = `Usage: npm run bench -- delivery [--messages 20000] [--rounds 3] [--prefetch 256] [--memory] [--json]
       npm run bench -- deadletters [--letters 1000000] [--groups 400] [--rounds 5] [--json]`
