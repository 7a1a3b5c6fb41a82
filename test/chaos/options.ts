import {parseArgs} from 'node:util'
import {type FlowSet, flowSets} from './flows.js'
import type {PlanInput} from './plan.js'

export interface ChaosOptions extends PlanInput {
  readonly json: boolean
  /** Whether the folder with the logs stays even if all is well. */
  readonly keep: boolean
}

/**
 * Reads the command line.
 *
 * @throws Error that says what is wrong with it.
 */
export function readOptions(args: readonly string[]): ChaosOptions {
  const {values} = parseArgs({
    args: [...args],
    options: {
      minutes: {type: 'string', default: '1'},
      seed: {type: 'string', default: String(Math.floor(Math.random() * 1_000_000))},
      messages: {type: 'string', default: '1000'},
      flows: {type: 'string', default: 'odata'},
      json: {type: 'boolean', default: false},
      keep: {type: 'boolean', default: false},
    },
  })
  return {
    minutes: numberIn('--minutes', values.minutes, {least: 0.1, most: 24 * 60}),
    seed: wholeIn('--seed', values.seed, {least: 0, most: 0xffff_ffff}),
    messages: wholeIn('--messages', values.messages, {least: 10, most: 1_000_000}),
    flows: flowSetIn(values.flows),
    json: values.json,
    keep: values.keep,
  }
}

/** What has to be typed for the same run again. */
export function commandFor({minutes, seed, messages, flows}: PlanInput): string {
  return `npm run chaos -- --flows ${flows} --minutes ${minutes} --seed ${seed} --messages ${messages}`
}

function flowSetIn(text: string): FlowSet {
  const found = flowSets.find((set) => set === text)
  if (found !== undefined) return found
  throw new Error(`--flows takes ${flowSets.join(', ')}; got "${text}"`)
}

interface Bounds {
  readonly least: number
  readonly most: number
}

function wholeIn(name: string, text: string, bounds: Bounds): number {
  const number = numberIn(name, text, bounds)
  if (Number.isInteger(number)) return number
  throw new Error(`${name} takes a whole number; got "${text}"`)
}

function numberIn(name: string, text: string, {least, most}: Bounds): number {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (number >= least && number <= most) return number
  throw new Error(`${name} takes a number from ${least} to ${most}; got "${text}"`)
}
