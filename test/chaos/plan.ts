import {type ChaosDocument, makeDocuments} from './documents.js'
import {type FlowName, flowsIn, type FlowSet} from './flows.js'
import {habitsFor} from './habits.js'
import {type Random, randomFor} from './random.js'
import type {Strike} from './strike.js'

/** Documents of one flow that are pushed together. The pushes of a flow follow one another. */
export interface PlannedPush {
  readonly atMs: number
  readonly flow: FlowName
  readonly documents: readonly ChaosDocument[]
}

export interface PlanInput {
  readonly seed: number
  readonly minutes: number
  readonly messages: number
  readonly flows: FlowSet
}

/** A run, laid down before it begins: the same input gives the same plan. */
export interface Plan {
  readonly documents: readonly ChaosDocument[]
  readonly pushes: readonly PlannedPush[]
  readonly strikes: readonly Strike[]
  readonly durationMs: number
}

/** Lays down what is pushed and what goes wrong, when. */
export function makePlan({seed, minutes, messages, flows}: PlanInput): Plan {
  const durationMs = Math.round(minutes * 60_000)
  const documents = makeDocuments(seed, messages, flows)
  const pushes = flowsIn(flows).flatMap((flow) =>
    planPushes(
      randomFor(seed, `pushes of ${flow}`),
      documents.filter((document) => document.flow === flow),
      durationMs,
    ),
  )
  const strikes = [...planStrikes({seed, minutes, flows}, durationMs), ...planRefusals(seed, documents)]
  return {documents, durationMs, pushes: pushes.toSorted(byTime), strikes: strikes.toSorted(byTime)}
}

/** Even portions over the first nine tenths of the time; some documents come a second time. */
function planPushes(random: Random, documents: readonly ChaosDocument[], durationMs: number): readonly PlannedPush[] {
  const portions = Math.max(2, Math.round(durationMs / pushEveryMs))
  const size = Math.ceil(documents.length / portions)
  return Array.from({length: portions}, (_, index) => {
    const fresh = documents.slice(index * size, (index + 1) * size)
    const before = documents.slice(0, index * size)
    const again =
      before.length === 0 ? [] : fresh.filter(() => random.chance(repeatedShare)).map(() => random.pick(before))
    return {
      atMs: Math.round(((index + random.next() * 0.5) / portions) * durationMs * 0.9),
      documents: [...fresh, ...again.filter(({fate}) => fate !== 'refused')],
    }
  }).flatMap(({atMs, documents: portion}) => {
    const [first] = portion
    return first ? [{atMs, flow: first.flow, documents: portion}] : []
  })
}

/** Every kind at least once, however short the run; each kind spread over the whole of it. */
function planStrikes({seed, minutes, flows}: Omit<PlanInput, 'messages'>, durationMs: number): readonly Strike[] {
  return Object.entries(habitsFor(flows)).flatMap(([name, {often, make}]) => {
    const random = randomFor(seed, name)
    const count = Math.max(1, Math.round(often * minutes))
    return Array.from({length: count}, (_, index): Strike => {
      const atMs = Math.round((0.05 + (0.85 * (index + random.next())) / count) * durationMs)
      return {...make(random), atMs}
    })
  })
}

/**
 * SAP refuses some good documents once, as if master data were missing for a
 * while: an operator replays them. Set from the start, so that it meets the first call.
 */
function planRefusals(seed: number, documents: readonly ChaosDocument[]): readonly Strike[] {
  const random = randomFor(seed, 'refusals')
  const good = documents.filter(({fate}) => fate === 'synced')
  const chosen = good.filter(() => random.chance(refusedInSapShare))
  return chosen.map((document) => ({
    kind: 'erp-fault',
    atMs: 0,
    fault: {
      kind: 'business-error',
      code: 'VP/112',
      text: 'Sales area is not maintained.',
      reference: document.reference,
    },
  }))
}

function byTime(one: {readonly atMs: number}, other: {readonly atMs: number}): number {
  return one.atMs - other.atMs
}

const pushEveryMs = 6000
const repeatedShare = 0.03
const refusedInSapShare = 0.01
