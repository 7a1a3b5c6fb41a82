import {hostname} from 'node:os'
import {type BrokerConnection, connectBroker} from '#lib/broker/connection.js'
import {openPublisher} from '#lib/broker/publisher.js'
import {type Config, type Flow, requireSecrets} from '#lib/config/load.js'
import {openDatabase} from '#lib/db/database.js'
import {requireCurrentSchema} from '#lib/db/migrate.js'
import {loadRules} from '#lib/deadletters/grouping/load-rules.js'
import {runArchiver} from '#lib/deadletters/run-archiver.js'
import {openAllFlowParts} from '#lib/delivery/flow-parts.js'
import {openGate} from '#lib/delivery/gate.js'
import {runLanes} from '#lib/delivery/run-lanes.js'
import {systemClock} from '#lib/kernel/clock.js'
import type {Lane} from '#lib/kernel/lane.js'
import type {Log} from '#lib/kernel/log.js'
import {openBook} from '#lib/ledger/book.js'
import {runRelay} from '#lib/relay/run-relay.js'
import {runJudge} from '#lib/resync/run/run-judge.js'

/** The parts of a worker process; all run in one by default, each can run alone. */
export const roles = ['relay', 'lanes', 'archiver'] as const
export type Role = (typeof roles)[number]

export interface WorkerSettings {
  readonly flows: readonly Flow[]
  readonly lanes: readonly Lane[]
  readonly roles: readonly Role[]
  readonly concurrency: number
}

/**
 * Runs a worker process until the signal aborts and everything in flight is
 * finished.
 *
 * @throws ErpSyncError 69 if a server cannot be reached at the start, 78
 * if the configuration or the schema is not right.
 */
export async function runWorker(config: Config, settings: WorkerSettings, log: Log, stop: AbortSignal): Promise<void> {
  const {flows, lanes, concurrency} = settings
  const runs = (role: Role): boolean => settings.roles.includes(role)
  requireSecrets(config, 'postgres')
  requireSecrets(config, 'rabbitmq')
  if (runs('lanes')) for (const {destination} of flows) requireSecrets(config, `destinations.${destination}`)

  const name = `${hostname()}:${process.pid}`
  const database = openDatabase(config.postgres.url, {max: 6, applicationName: `erpsync worker ${name}`})
  const closers: (() => Promise<void>)[] = [async () => database.close()]
  const ending = endOf(stop)
  try {
    await requireCurrentSchema(database)
    const rules = runs('archiver') ? await loadRules(config.deadLetters.rules) : []
    const flowParts = runs('lanes') ? await openAllFlowParts(flows) : []
    closers.unshift(async () => void (await Promise.all(flowParts.map(async ({connector}) => connector.close()))))

    const {urls, prefix} = config.rabbitmq
    const publishing = await openConnection(urls, `erpsync publish ${name}`, log)
    closers.unshift(async () => publishing.close())
    const consuming = await openConnection(urls, `erpsync consume ${name}`, log)
    closers.unshift(async () => consuming.close())

    const publisher = openPublisher(publishing)
    const clock = systemClock
    const signal = ending.giveUp
    const gate = await openGate({name, database, clock, log, signal}, runs('lanes') ? flows : [], ending.drain)
    closers.unshift(gate.close)
    const worker = {name, database, book: openBook(database), gate, publisher, prefix, clock, log, signal}
    const flowNames = flows.map(({name: flowName}) => flowName)
    await runTogether(ending.begin, [
      ...(runs('relay') ? [runRelay({database, publisher, prefix, log}, ending.drain)] : []),
      ...(runs('archiver')
        ? [
            runArchiver({connection: consuming, database, prefix, flows: flowNames, rules, clock, log}, ending.drain),
            runJudge({database, log}, ending.drain),
          ]
        : []),
      ...(runs('lanes') ? [runLanes(worker, consuming, flowParts, {lanes, concurrency}, ending.drain)] : []),
    ])
  } finally {
    ending.over()
    for (const close of closers) await close().catch(() => {})
  }
  log.info({}, 'worker stopped')
}

/** Has all parts end in good order when one has failed, and then throws what made it fail. */
async function runTogether(end: () => void, parts: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(
    parts.map(async (part) =>
      part.catch((error: unknown) => {
        end()
        throw error
      }),
    ),
  )
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

async function openConnection(urls: readonly string[], name: string, log: Log): Promise<BrokerConnection> {
  const connection = await connectBroker({urls, name})
  connection.observe(({state, ...facts}) =>
    log[state === 'connected' || state === 'closed' ? 'info' : 'warn']({name, ...facts}, `broker ${state}`),
  )
  return connection
}

/** How a worker ends: `drain` asks it to finish, `giveUp` cuts short what is still under way after the time to drain. */
function endOf(stop: AbortSignal) {
  const drain = new AbortController()
  const giveUp = new AbortController()
  let deadline: NodeJS.Timeout | undefined
  const begin = (): void => {
    drain.abort()
    deadline ??= setTimeout(() => giveUp.abort(), drainMs)
  }
  if (stop.aborted) begin()
  stop.addEventListener('abort', begin, {once: true})
  return {
    drain: drain.signal,
    giveUp: giveUp.signal,
    begin,
    over: () => clearTimeout(deadline),
  }
}

/** systemd's TimeoutStopSec has to be longer than this. */
const drainMs = 90_000
