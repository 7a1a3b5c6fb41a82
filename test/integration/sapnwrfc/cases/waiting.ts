import {once} from 'node:events'
import {stat} from 'node:fs/promises'
import {setTimeout as delay} from 'node:timers/promises'
import {Worker} from 'node:worker_threads'
import {type AddonClient, type Case, millisecondsOf, rejection, type Surroundings} from '../../../support/addon.js'

export const cases = {
  timeout: async ({open}) => {
    const client = await open()
    const before = client.connectionHandle
    let error = {}
    const ms = await millisecondsOf(
      rejection(wait(client, 8, {timeout: 1})).then((rejected) => {
        error = rejected
      }),
    )
    const {ECHOTEXT} = await client.call('STFC_CONNECTION', {REQUTEXT: 'again'})
    const hasReconnected = client.connectionHandle !== before
    return {error, isInTime: ms >= 950 && ms < 5000, ECHOTEXT, hasReconnected}
  },

  cancel: async ({open}) => {
    const client = await open()
    await client.call('RFC_PING_AND_WAIT', {SECONDS: 0})
    const call = rejection(wait(client, 8))
    await delay(100)
    await client.cancel()
    const {group, code} = await call
    return {group, code}
  },

  cancelDuringLookUp: async ({open, admin}) => {
    const client = await open()
    await admin.addFault({kind: 'latency', ms: 1500, method: 'DESCRIBE'})
    const codeOfCall = async () => (await rejection(client.call('RFC_PING', {}, {timeout: 1}))).code
    const codes = [await codeOfCall(), await codeOfCall()]
    return {codes, alive: client.alive}
  },

  /** A call whose time is up before it has got a thread was never sent. */
  timeoutInTheQueue: async (surroundings) => {
    const clients = await warmClients(surroundings, 5)
    const [last, ...busy] = clients
    const requests = async () => (await surroundings.admin.stats()).requests
    const before = await requests()
    const calls = busy.map(async (client) => wait(client, 2))
    await delay(100)
    const {code} = await rejection(wait(last!, 0, {timeout: 1}))
    await Promise.all(calls)
    return {code, requests: (await requests()) - before}
  },

  fourThreads: async (surroundings) => ({isHeldUp: (await msOfStatBesideFourCalls(surroundings)) > 500}),

  eightThreads: async (surroundings) => ({isHeldUp: (await msOfStatBesideFourCalls(surroundings)) > 500}),

  twoCallsOfAClient: async ({open}) => {
    const client = await open()
    await wait(client, 0)
    const ms = await millisecondsOf(Promise.all([wait(client, 1), wait(client, 1)]))
    return {followEachOther: ms >= 1900}
  },

  exitDuringCall: async ({open, say}) => {
    const client = await open()
    await wait(client, 0)
    void wait(client, 3)
    await delay(100)
    await say('exits')
    process.exit(7)
  },

  killDuringCall: async ({open, say}) => {
    const client = await open()
    await wait(client, 0)
    void wait(client, 8)
    await delay(100)
    await say('is killed')
    process.kill(process.pid, 'SIGKILL')
    await delay(8000)
  },

  useInAWorker: async ({load, say, moduleFolder}) => {
    load()
    await say('uses it in a worker')
    const worker = new Worker(useInWorker, {eval: true, workerData: moduleFolder})
    await once(worker, 'exit')
    await say('has survived')
  },

  randomCancels: async ({load, logon}) => {
    const {Client} = load()
    const work = async (seed: number) => {
      const outcomes: string[] = []
      let random = seed
      let client = await new Client(logon).open()
      for (let i = 0; i < 40; i++) {
        random = (random * 1_103_515_245 + 12_345) % 2_147_483_648
        const timer = setTimeout(() => void client.cancel().catch(() => {}), random % 8)
        const outcome = await client.call('Z_SIM_TABLE', {ROWS: 200}).then(
          ({DATA}) => `${DATA.length} rows`,
          ({key}) => key,
        )
        clearTimeout(timer)
        outcomes.push(outcome)
        if (outcome === '200 rows') continue
        await client.close().catch(() => {})
        client = await new Client(logon).open()
      }
      return outcomes
    }
    const outcomes = (await Promise.all([work(1), work(2), work(3)])).flat()
    const isUsable = await (await new Client(logon).open()).ping()
    return {count: outcomes.length, kinds: [...new Set(outcomes)].toSorted(), isUsable}
  },
} satisfies Record<string, Case>

async function wait(client: AddonClient, seconds: number, options = {}) {
  return client.call('RFC_PING_AND_WAIT', {SECONDS: seconds}, options)
}

/** Clients that know the function already. */
async function warmClients({load, logon}: Surroundings, count: number): Promise<readonly AddonClient[]> {
  const {Client} = load()
  const clients = await Promise.all(Array.from({length: count}, async () => new Client(logon).open()))
  for (const client of clients) await wait(client, 0)
  return clients
}

async function msOfStatBesideFourCalls(surroundings: Surroundings): Promise<number> {
  const clients = await warmClients(surroundings, 4)
  for (const client of clients) void wait(client, 1)
  await delay(100)
  return millisecondsOf(stat('.'))
}

/** An open without a host fails at once. */
const useInWorker = `
const {createRequire} = require('node:module')
const {workerData} = require('node:worker_threads')
const {Client} = createRequire(workerData + '/')('node-rfc')
new Client({user: 'ERPSYNC'}).open().catch(() => {})
`
