import type {FaultInput} from '#lib/sandbox/erp/faults/fault.js'
import {type ChaosDocument, makeDocuments} from './documents.js'
import {flowNames, type FlowName, settleMs} from './flows.js'
import {type Random, randomFor} from './random.js'

/** Which part of a worker process runs where: two relays, two consumers of every lane, two archivers. */
export const workers = [
  {name: 'all', args: []},
  {name: 'lanes', args: ['--only', 'lanes']},
  {name: 'rest', args: ['--only', 'relay,archiver']},
] as const

/**
 * Something that goes wrong at a time:
 *
 * - `worker-kill`: SIGKILL, and a start some time later
 * - `worker-pause`: SIGSTOP, and SIGCONT some time later
 * - `worker-zombie`: as a pause, but broker and database take the worker for dead and others
 *   have its messages long before it goes on
 * - `push-kill`: SIGKILL for the push that runs then, or the next one; it is pushed again
 * - `broker-cut`, `postgres-cut`: every connection of the pipeline is cut
 * - `broker-stop`, `postgres-stop`: in good order; `-crash`: as by a power cut
 * - `erp-fault`: one of the sandbox's own
 */
export type Strike = {readonly atMs: number} & (
  | {readonly kind: 'worker-kill' | 'worker-pause' | 'worker-zombie'; readonly worker: number; readonly forMs: number}
  | {readonly kind: 'broker-stop' | 'broker-crash' | 'postgres-stop' | 'postgres-crash'; readonly forMs: number}
  | {readonly kind: 'broker-cut' | 'postgres-cut' | 'push-kill'}
  | {readonly kind: 'erp-fault'; readonly fault: FaultInput}
)

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
}

/** A run, laid down before it begins: the same input gives the same plan. */
export interface Plan {
  readonly documents: readonly ChaosDocument[]
  readonly pushes: readonly PlannedPush[]
  readonly strikes: readonly Strike[]
  readonly durationMs: number
}

/** Lays down what is pushed and what goes wrong, when. */
export function makePlan({seed, minutes, messages}: PlanInput): Plan {
  const durationMs = Math.round(minutes * 60_000)
  const documents = makeDocuments(seed, messages)
  const pushes = flowNames.flatMap((flow) =>
    planPushes(
      randomFor(seed, `pushes of ${flow}`),
      documents.filter((document) => document.flow === flow),
      durationMs,
    ),
  )
  const strikes = [...planStrikes(seed, minutes, durationMs), ...planRefusals(seed, documents)]
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
function planStrikes(seed: number, minutes: number, durationMs: number): readonly Strike[] {
  return Object.entries(perMinute).flatMap(([name, {often, make}]) => {
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

type Unscheduled = Strike extends infer Each ? (Each extends Strike ? Omit<Each, 'atMs'> : never) : never

interface Habit {
  /** Times a minute. */
  readonly often: number
  readonly make: (random: Random) => Unscheduled
}

const perMinute: Readonly<Record<string, Habit>> = {
  'worker-kill': {often: 4, make: (random) => onWorker('worker-kill', random, 0, 3000)},
  'worker-pause': {often: 2, make: (random) => onWorker('worker-pause', random, 500, 4000)},
  // Longer than the deadline of its calls and the settle time together: others may have sent its messages again.
  'worker-zombie': {
    often: 2,
    make: (random) => ({...onWorker('worker-zombie', random, 11_000, 16_000), worker: random.whole(0, 1)}),
  },
  'push-kill': {often: 2, make: () => ({kind: 'push-kill'})},
  'broker-cut': {often: 3, make: () => ({kind: 'broker-cut'})},
  'broker-stop': {often: 0.4, make: (random) => ({kind: 'broker-stop', forMs: random.whole(0, 3000)})},
  'broker-crash': {often: 0.4, make: (random) => ({kind: 'broker-crash', forMs: random.whole(0, 3000)})},
  'postgres-cut': {often: 2, make: () => ({kind: 'postgres-cut'})},
  'postgres-stop': {often: 0.5, make: (random) => ({kind: 'postgres-stop', forMs: random.whole(0, 4000)})},
  'postgres-crash': {often: 0.5, make: (random) => ({kind: 'postgres-crash', forMs: random.whole(0, 4000)})},
  'drop-before-commit': erpFault(4, (random) => ({kind: 'drop-before-commit', ...some(random, 5)})),
  'drop-after-commit': erpFault(6, (random) => ({kind: 'drop-after-commit', ...some(random, 8)})),
  'truncated-body': erpFault(3, (random) => ({kind: 'truncated-body', ...some(random, 5)})),
  hang: erpFault(3, (random) => ({kind: 'hang', ...some(random, 3)})),
  'expired-session': erpFault(3, (random) => ({kind: 'expired-session', ...some(random, 3)})),
  unavailable: erpFault(3, (random) => ({
    kind: 'unavailable',
    retryAfterSeconds: random.whole(0, 2),
    ...some(random, 10),
  })),
  throttle: erpFault(3, (random) => ({kind: 'throttle', retryAfterSeconds: random.whole(0, 2), ...some(random, 10)})),
  lock: erpFault(4, (random) => ({kind: 'lock', ...some(random, 10)})),
  // Some longer than the deadline: booked after the client has left, but within the settle time.
  latency: erpFault(4, (random) => ({kind: 'latency', ms: random.whole(50, settleMs - 500), ...some(random, 8)})),
}

function onWorker(kind: 'worker-kill' | 'worker-pause' | 'worker-zombie', random: Random, least: number, most: number) {
  return {kind, worker: random.whole(0, workers.length - 1), forMs: random.whole(least, most)}
}

function erpFault(often: number, make: (random: Random) => FaultInput): Habit {
  return {often, make: (random) => ({kind: 'erp-fault', fault: make(random)})}
}

/** Strikes that many requests, not all of them in a row. */
function some(random: Random, most: number): {readonly count: number; readonly rate: number} {
  return {count: random.whole(1, most), rate: random.pick([0.1, 0.3, 1])}
}

function byTime(one: {readonly atMs: number}, other: {readonly atMs: number}): number {
  return one.atMs - other.atMs
}

const pushEveryMs = 6000
const repeatedShare = 0.03
const refusedInSapShare = 0.01
