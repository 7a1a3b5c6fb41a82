import type {BrokerConnection} from '#lib/broker/connection.js'
import {type Consumer, startConsumer} from '#lib/broker/consumer.js'
import type {Delivery} from '#lib/broker/delivery.js'
import {queueOf} from '#lib/broker/names.js'
import {batchOf} from '#lib/erp/operation.js'
import {errorMessage} from '#lib/kernel/errors.js'
import type {Lane} from '#lib/kernel/lane.js'
import {wait} from '#lib/kernel/wait.js'
import {isSuspect, openAisle} from './aisle.js'
import {deliver} from './deliver.js'
import type {FlowParts} from './flow-parts.js'
import type {WorkerParts} from './worker-parts.js'

interface LaneSettings {
  readonly lanes: readonly Lane[]
  /** Deliveries at once on the work lane of each flow. */
  readonly concurrency: number
}

/**
 * Consumes the lanes of flows until the signal aborts: then takes nothing new
 * and finishes what is in flight. Each lane has its own share of deliveries, so
 * that retries and replays never wait behind new work, nor new work behind them.
 */
export async function runLanes(
  worker: WorkerParts,
  connection: BrokerConnection,
  flows: readonly FlowParts[],
  {lanes, concurrency}: LaneSettings,
  signal: AbortSignal,
): Promise<void> {
  const inFlight = new Set<Promise<void>>()
  const aisle = openAisle()
  const consumers: Consumer[] = []
  const start = async (parts: FlowParts, lane: Lane): Promise<Consumer> =>
    startConsumer(connection, {
      queue: queueOf(worker.prefix, parts.flow.name, lane),
      prefetch: shareOf(lane, concurrency, batchOf(parts.flow.operation)?.size),
      onInterruption: (reason) => worker.log.warn({flow: parts.flow.name, lane, reason}, 'lane interrupted'),
      onDelivery: (delivery) => {
        const alone = isSuspect(delivery)
        const {messageId, deliveryCount} = delivery
        if (alone) worker.log.warn({messageId, deliveryCount}, 'copy came back without an outcome; it runs alone')
        const work = aisle
          .pass(async () => guard(worker, parts, lane, delivery), {alone})
          .finally(() => inFlight.delete(work))
        inFlight.add(work)
      },
    })
  try {
    for (const parts of flows) for (const lane of lanes) consumers.push(await start(parts, lane))
    worker.log.info({flows: flows.map(({flow}) => flow.name), lanes, concurrency}, 'worker ready')
    await aborted(signal)
  } finally {
    await Promise.all(consumers.map(async (consumer) => consumer.stop()))
    worker.log.info({inFlight: inFlight.size}, 'worker draining')
    await Promise.all(inFlight)
  }
}

/** Retries and replays are few beside new work; SAP is not to be flooded by them. A batch of new work can always fill up. */
function shareOf(lane: Lane, concurrency: number, batchSize = 1): number {
  switch (lane) {
    case 'work':
      return Math.max(concurrency, batchSize)
    case 'retry':
    case 'replay':
      return Math.max(1, Math.ceil(concurrency / 2))
  }
}

/** A bug or a lost ledger must not end the worker: the copy goes back, and the queue's limit ends a copy that comes too often. */
async function guard(worker: WorkerParts, parts: FlowParts, lane: Lane, delivery: Delivery): Promise<void> {
  try {
    await deliver(worker, parts, lane, delivery)
  } catch (error) {
    const {messageId} = delivery
    worker.log.error(
      {messageId, flow: parts.flow.name, error: errorMessage(error)},
      'delivery interrupted; copy given back',
    )
    await wait(giveBackPauseMs, worker.signal)
    delivery.release()
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((done) => {
    signal.addEventListener('abort', () => done(), {once: true})
  })
}

const giveBackPauseMs = 2000
