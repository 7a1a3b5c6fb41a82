import {setTimeout as sleep} from 'node:timers/promises'
import type {ServiceName} from '#lib/sandbox/services/service.js'
import {cutBroker, cutPostgres} from './cut.js'
import type {Pusher} from './pusher.js'
import {rfcChildrenOf, signalProcess} from './rfc-children.js'
import type {Sap} from './sap.js'
import type {Stage} from './stage.js'
import type {Strike} from './strike.js'
import type {Worker} from './worker.js'

interface StrikerParts {
  readonly stage: Stage
  readonly workers: readonly Worker[]
  readonly pusher: Pusher
  readonly sap: Sap
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** A worker, or what belongs to it, is out of action for a while. */
type Interruption = Extract<Strike, {readonly worker: number; readonly forMs: number}>

/**
 * Carries the plan's strikes out, each when its time has come. Strikes at one
 * target wait for each other, so that what was stopped is back before it is
 * stopped again; when this returns, everything is.
 *
 * @returns how often each kind was carried out; SAP counts its own.
 */
export async function strikeAll(
  parts: StrikerParts,
  strikes: readonly Strike[],
  elapsedMs: () => number,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  const queues = new Map<string, Promise<void>>()
  for (const strike of strikes) {
    await sleep(Math.max(0, strike.atMs - elapsedMs()), undefined, {signal: parts.signal})
    const target = targetOf(strike)
    const before = queues.get(target) ?? Promise.resolve()
    const done = before.then(async () => {
      const isDone = await carryOut(parts, strike)
      if (strike.kind === 'erp-fault' || !isDone) return
      counts.set(strike.kind, (counts.get(strike.kind) ?? 0) + 1)
      parts.say(`${(elapsedMs() / 1000).toFixed(1)} s: ${strike.kind}${'worker' in strike ? ` ${strike.worker}` : ''}`)
    })
    // Kept from being unhandled while later strikes are due; awaited below.
    done.catch(() => {})
    queues.set(target, done)
  }
  await Promise.all(queues.values())
  return counts
}

function targetOf(strike: Strike): string {
  switch (strike.kind) {
    case 'worker-kill':
    case 'worker-pause':
    case 'worker-zombie':
    // One that is frozen must not outlive its worker, who ends it.
    case 'rfc-child-kill':
    case 'rfc-child-freeze':
      return `worker ${strike.worker}`
    case 'broker-stop':
    case 'broker-crash':
    case 'broker-cut':
      return 'broker'
    case 'postgres-stop':
    case 'postgres-crash':
    case 'postgres-cut':
      return 'postgres'
    case 'push-kill':
      return 'push'
    case 'erp-fault':
      return 'erp'
  }
}

/** Whether it could be done. */
async function carryOut(parts: StrikerParts, strike: Strike): Promise<boolean> {
  const {stage, pusher, sap} = parts
  switch (strike.kind) {
    case 'worker-kill':
      await workerOf(parts, strike.worker).kill(strike.forMs)
      return true
    case 'worker-pause':
    case 'worker-zombie':
      await pause(parts, strike)
      return true
    case 'rfc-child-kill':
      return cutSome(parts, async () => (await signalRfcChildren(parts, strike.worker, 'SIGKILL')).length)
    case 'rfc-child-freeze':
      return freezeRfcChildren(parts, strike)
    case 'broker-cut':
      return cutSome(parts, async () => cutBroker(stage.addresses))
    case 'postgres-cut':
      return cutSome(parts, async () => cutPostgres(stage.addresses))
    case 'broker-stop':
    case 'broker-crash':
      await interrupt(parts, 'rabbitmq', strike)
      return true
    case 'postgres-stop':
    case 'postgres-crash':
      await interrupt(parts, 'postgres', strike)
      return true
    case 'push-kill':
      pusher.killOne()
      return true
    case 'erp-fault':
      // Latencies add up, and together would be more than any settle time allows for.
      if (strike.fault.kind === 'latency' && (await sap.isArmed('latency'))) return false
      await sap.addFault(strike.fault)
      return true
  }
}

/** Waits until there is something to cut: right after a restart nobody has come back yet. */
async function cutSome({signal}: StrikerParts, cut: () => Promise<number>): Promise<boolean> {
  const deadline = performance.now() + cutWithinMs
  while ((await cut()) === 0) {
    if (performance.now() > deadline) return false
    await sleep(cutEveryMs, undefined, {signal})
  }
  return true
}

async function pause({stage, workers, signal}: StrikerParts, {kind, worker, forMs}: Interruption): Promise<void> {
  const target = workers[worker]
  if (!target) return
  target.stop()
  try {
    if (kind === 'worker-zombie') {
      // A server that is down at this moment has let go of it anyway.
      await Promise.allSettled([cutBroker(stage.addresses, target.pid), cutPostgres(stage.addresses, target.pid)])
    }
    await sleep(forMs, undefined, {signal})
  } finally {
    target.resume()
  }
}

async function signalRfcChildren(
  parts: StrikerParts,
  worker: number,
  signal: NodeJS.Signals,
): Promise<readonly number[]> {
  const children = await rfcChildrenOf(workerOf(parts, worker).pid)
  for (const child of children) signalProcess(child, signal)
  return children
}

/** Its worker has to notice and end it; should it not, it goes on in the end, and may do harm. */
async function freezeRfcChildren(parts: StrikerParts, {worker, forMs}: Interruption): Promise<boolean> {
  let frozen: readonly number[] = []
  const isDone = await cutSome(parts, async () => {
    frozen = await signalRfcChildren(parts, worker, 'SIGSTOP')
    return frozen.length
  })
  try {
    if (isDone) await sleep(forMs, undefined, {signal: parts.signal})
  } finally {
    for (const child of frozen) signalProcess(child, 'SIGCONT')
  }
  return isDone
}

async function interrupt(
  {stage, signal}: StrikerParts,
  service: ServiceName,
  {kind, forMs}: {readonly kind: string; readonly forMs: number},
): Promise<void> {
  await stage.stopService(service, {crash: kind.endsWith('-crash')})
  await sleep(forMs, undefined, {signal})
  await stage.startService(service)
}

function workerOf({workers}: StrikerParts, index: number): Worker {
  const worker = workers[index]
  if (worker) return worker
  throw new Error(`there is no worker ${index}`)
}

const cutWithinMs = 20_000
const cutEveryMs = 250
