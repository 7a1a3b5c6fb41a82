import {mkdir, rm, writeFile} from 'node:fs/promises'
import {chmodSync, mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {takeDown} from '#lib/sandbox/services/down.js'
import {sandboxEnvironment} from '#lib/sandbox/services/env-file.js'
import type {ServiceName} from '#lib/sandbox/services/service.js'
import {bringUp} from '#lib/sandbox/services/up.js'
import {Children} from './children.js'
import {type Cast, configurationFiles} from './configuration.js'
import type {Addresses} from './flows.js'
import {findLeftBehind, signalProcess} from './rfc-children.js'

/** Everything a run plays on: private services, a configuration, and the processes. */
export interface Stage {
  readonly folder: string
  readonly configPath: string
  readonly addresses: Addresses
  readonly children: Children
  readonly stopService: (name: ServiceName, options: {readonly crash: boolean}) => Promise<void>
  readonly startService: (name: ServiceName) => Promise<void>
  /** Ends every process and takes the services down. The logs stay if they are to be kept. */
  readonly close: (options: {readonly keepLogs: boolean}) => Promise<void>
}

/** Brings the services up on ports of their own, and prepares ledger and broker. */
export async function setStage(cast: Cast, signal: AbortSignal): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'erpsync-chaos-'))
  // Open to the account that PostgreSQL runs as where we are root, so that its data can lie here too.
  chmodSync(folder, 0o711)
  const sandbox = join(folder, 'sandbox')
  const takeAllDown = async (): Promise<void> => {
    await takeDown({folder: sandbox, signal: new AbortController().signal, report: () => {}})
  }
  try {
    const {sandbox: state} = await bringUp({folder: sandbox, env: plainEnvironment(), signal, report: () => {}})
    const addresses = addressesIn(sandboxEnvironment(state))
    const configPath = join(folder, 'erpsync.yaml')
    const children = new Children(await writeFiles(folder, addresses, cast), {
      ...plainEnvironment(),
      ERPSYNC_CONFIG: configPath,
      // Where the stand-in for SAP's library finds SAP, whatever the configuration says.
      RFCSIM_ADDR: addresses.rfcAddress,
    })
    const stage: Stage = {
      folder,
      configPath,
      addresses,
      children,
      stopService: async (name, {crash}) => {
        await takeDown({folder: sandbox, services: [name], keepData: true, crash, signal, report: () => {}})
      },
      startService: async (name) => startAgain(sandbox, name, signal),
      close: async ({keepLogs}) => {
        await children.endAll(endGraceMs)
        for (const pid of await findLeftBehind(configPath)) signalProcess(pid, 'SIGKILL')
        await takeAllDown()
        if (!keepLogs) await rm(folder, {recursive: true, force: true})
      },
    }
    await prepare(stage)
    return stage
  } catch (error) {
    await takeAllDown()
    await rm(folder, {recursive: true, force: true})
    throw error
  }
}

/** What was ended as by a power cut may hold its ports for a moment longer, until its last write is on the disk. */
async function startAgain(folder: string, name: ServiceName, signal: AbortSignal): Promise<void> {
  for (let leftTries = startTries - 1; ; leftTries -= 1) {
    try {
      await bringUp({folder, services: [name], env: plainEnvironment(), signal, report: () => {}})
      return
    } catch (error) {
      if (leftTries === 0 || signal.aborted) throw error
      await sleep(startPauseMs, undefined, {signal})
    }
  }
}

async function writeFiles(folder: string, addresses: Addresses, cast: Cast): Promise<string> {
  const files = configurationFiles(addresses, cast)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const logs = join(folder, 'logs')
  await mkdir(logs)
  return logs
}

async function prepare({children}: Stage): Promise<void> {
  for (const command of [
    ['db', 'migrate'],
    ['topology', 'declare'],
  ]) {
    const {code} = await children.run('prepare', command, prepareMs)
    if (code === 0) continue
    throw new Error(`erpsync ${command.join(' ')} ended with ${code}: ${await children.readLog('prepare')}`)
  }
}

function addressesIn(env: Readonly<Record<string, string>>): Addresses {
  const of = (name: string): string => env[name] ?? ''
  return {
    postgresUrl: of('ERPSYNC_POSTGRES_URL'),
    rabbitmqUrl: of('ERPSYNC_RABBITMQ_URL'),
    managementUrl: of('ERPSYNC_RABBITMQ_MANAGEMENT_URL'),
    erpUrl: of('ERPSYNC_ERP_URL'),
    rfcAddress: of('ERPSYNC_ERP_RFC_ADDRESS'),
    erpUser: of('ERPSYNC_ERP_USER'),
    erpPassword: of('ERPSYNC_ERP_PASSWORD'),
  }
}

/** Without addresses of services that others use: nothing but private ones is ever stopped. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ERPSYNC_')))
}

const endGraceMs = 15_000
const prepareMs = 60_000
const startTries = 3
const startPauseMs = 2000
