import {runOperation} from '#lib/deadletters/operations/run-operation.js'
import {begin, lease} from '../../support/replay.js'
import {ada} from '../../support/operator.js'
import {services} from '../../support/services.js'
import {type CpuTimes, perMessage, readCpu, watchServers} from '../cpu.js'
import {type BenchErpsync, openErpsync} from '../erpsync.js'

/** A replay from its start to the last outcome. */
export interface MeasuredReplay {
  readonly perS: number
  readonly addedMb: number
  /** Microseconds of processor time a letter: of the worker, the servers and the process that carries it out. */
  readonly cpu: CpuTimes & {readonly carrier: number}
}

/** Replays so many letters by the whole way: outbox, relay, broker, worker, ledger, outcome. */
export async function measureReplay(letters: number): Promise<MeasuredReplay> {
  const erpsync = await openErpsync({latency: '0ms'})
  const {database, startWorker} = erpsync
  await buryMany(erpsync, letters)
  const worker = startWorker(['--concurrency', '256'])
  const watch = await watchServers(database, (await services()).managementUrl)
  const cpuBefore = await readCpu(watch, worker.pid)
  const ownBefore = process.cpuUsage()
  const before = process.memoryUsage.rss()
  let most = before
  try {
    const held = lease()
    const begun = performance.now()
    const {id} = await begin(database, {kind: 'all'}, {}, held)
    const {operation} = await runOperation(database, id, {
      lease: held,
      operator: ada,
      destinations: new Map([['bench', 'nothing']]),
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      onProgress: () => {
        most = Math.max(most, process.memoryUsage.rss())
      },
    })
    const seconds = (performance.now() - begun) / 1000
    if (operation.counts.resolved !== letters) throw new Error(`not all were resolved: ${JSON.stringify(operation)}`)
    const own = process.cpuUsage(ownBefore)
    return {
      perS: Math.round(letters / seconds),
      addedMb: Math.round((most - before) / 2 ** 20),
      cpu: {
        ...perMessage(cpuBefore, await readCpu(watch, worker.pid), letters),
        carrier: (own.user + own.system) / letters,
      },
    }
  } finally {
    await worker.stop()
    await erpsync.close()
  }
}

async function buryMany({database}: BenchErpsync, letters: number): Promise<void> {
  await database.query(
    `insert into erpsync.message (id, flow, business_key, idempotency_key, reference, payload, payload_hash, state, attempts)
     select gen_random_uuid(), 'bench', 'B-' || n, 'B-' || n, 'B-' || n,
            jsonb_build_object('number', 'B-' || n, 'customer', 'C-1', 'note', repeat('x', 200)), ''::bytea, 'dead', 1
       from generate_series(1, $1::integer) as n`,
    [letters],
  )
  await database.query(
    `insert into erpsync.dead_letter (id, flow, message_id, attempt, class, executed, code, text, stage, died_at)
     select gen_random_uuid(), 'bench', id, 1, 'permanent', 'no', 'sap:V1/302', 'refused', 'call', now()
       from erpsync.message
      order by seq`,
  )
  await database.query('vacuum analyze erpsync.message, erpsync.dead_letter')
}
