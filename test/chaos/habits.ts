import type {FaultInput} from '#lib/sandbox/erp/faults/fault.js'
import {callTimeoutMs, type FlowSet, settleMs} from './flows.js'
import type {Random} from './random.js'
import {type Strike, workers} from './strike.js'

type Unscheduled = Strike extends infer Each ? (Each extends Strike ? Omit<Each, 'atMs'> : never) : never

interface Habit {
  /** Times a minute. */
  readonly often: number
  readonly make: (random: Random) => Unscheduled
}

/** What goes wrong in a run, and how often. */
export function habitsFor(flows: FlowSet): Readonly<Record<string, Habit>> {
  switch (flows) {
    case 'odata':
      return {...aroundSap, ...ofEitherFace, ...ofOdata}
    case 'rfc':
      return {...aroundSap, ...ofEitherFace, ...ofRfc}
    case 'all':
      return {...aroundSap, ...ofEitherFace, ...ofOdata, ...ofRfc}
  }
}

const aroundSap: Readonly<Record<string, Habit>> = {
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
}

const ofEitherFace: Readonly<Record<string, Habit>> = {
  'drop-before-commit': erpFault(4, (random) => ({kind: 'drop-before-commit', ...some(random, 5)})),
  'drop-after-commit': erpFault(6, (random) => ({kind: 'drop-after-commit', ...some(random, 8)})),
  hang: erpFault(3, (random) => ({kind: 'hang', ...some(random, 3)})),
  unavailable: erpFault(3, (random) => ({
    kind: 'unavailable',
    retryAfterSeconds: random.whole(0, 2),
    ...some(random, 10),
  })),
  lock: erpFault(4, (random) => ({kind: 'lock', ...some(random, 10)})),
  // Some longer than the deadline: booked after the client has left, but within the settle time.
  latency: erpFault(4, (random) => ({kind: 'latency', ms: random.whole(50, settleMs - 500), ...some(random, 8)})),
}

const ofOdata: Readonly<Record<string, Habit>> = {
  'truncated-body': erpFault(3, (random) => ({kind: 'truncated-body', ...some(random, 5)})),
  'expired-session': erpFault(3, (random) => ({kind: 'expired-session', ...some(random, 3)})),
  throttle: erpFault(3, (random) => ({kind: 'throttle', retryAfterSeconds: random.whole(0, 2), ...some(random, 10)})),
}

const ofRfc: Readonly<Record<string, Habit>> = {
  'rfc-child-kill': {often: 6, make: (random) => ({kind: 'rfc-child-kill', worker: random.whole(0, 1)})},
  // Longer than the deadline and what the worker grants on top of it.
  'rfc-child-freeze': {
    often: 1,
    make: (random) => ({
      kind: 'rfc-child-freeze',
      worker: random.whole(0, 1),
      forMs: random.whole(callTimeoutMs + 6000, callTimeoutMs + 10_000),
    }),
  },
  dump: erpFault(3, (random) => ({
    kind: 'dump',
    key: random.pick(['TIME_OUT', 'SYSTEM_NO_ROLL', 'MESSAGE_TYPE_X']),
    ...some(random, 3),
  })),
  // Pauses the destination, until the operator of this run has it go on.
  'logon-refused': erpFault(1, () => ({kind: 'logon-refused', method: 'OPEN', count: 1})),
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
