import {rm, rmdir} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {endService, isRunning, removeService} from './end-service.js'
import {envFile, writeEnvFile} from './env-file.js'
import {withLock} from './lock.js'
import {serviceNames, serviceTitles, type ServiceName} from './service.js'
import {lockFolder, readState, stateFile, writeState, type SandboxState, type ServiceState} from './state.js'
import type {Surroundings} from './surroundings.js'

export interface TakeDownInput extends Omit<Surroundings, 'env'> {
  readonly folder: string
  readonly services?: readonly ServiceName[] | undefined
  /** Leaves ports, passwords and data for the next `up`. */
  readonly keepData?: boolean
  /** Ends the services as a power cut would, to see what becomes of those who use them. */
  readonly crash?: boolean
}

export interface TakenDown {
  readonly folder: string
  /** What was running and is stopped. */
  readonly stopped: readonly ServiceName[]
  /** Whether nothing is left of the sandbox. */
  readonly removed: boolean
}

/** Stops what `up` has started, and nothing else; deletes the data unless they are to be kept. */
export async function takeDown({
  folder,
  services = serviceNames,
  keepData = false,
  crash = false,
  ...surroundings
}: TakeDownInput): Promise<TakenDown> {
  const root = resolve(folder)
  if (readState(root) === undefined) return {folder: root, stopped: [], removed: false}

  const result = await withLock(root, {...surroundings, timeoutMs: lockMs}, async (): Promise<TakenDown> => {
    let sandbox = readState(root)
    if (sandbox === undefined) return {folder: root, stopped: [], removed: false}
    const stopped: ServiceName[] = []
    for (const name of usersFirst.filter((each) => services.includes(each))) {
      const service: ServiceState | undefined = sandbox.services[name]
      if (service === undefined) continue
      if (await endOne(name, service, {...surroundings, crash})) stopped.push(name)
      sandbox = keepData ? sandbox : await forgetOne(sandbox, name, service, surroundings.signal)
    }
    const removed = Object.keys(sandbox.services).length === 0
    if (removed) await removeFiles(root)
    else writeEnvFile(sandbox)
    return {folder: root, stopped, removed}
  })
  if (result.removed) await removeEmptyFolders(root)
  return result
}

/** Says whether it was running. A process that has ended is told from a later one by its start, so the record may stay. */
async function endOne(
  name: ServiceName,
  service: ServiceState,
  {signal, report, crash}: Omit<Surroundings, 'env'> & {readonly crash: boolean},
): Promise<boolean> {
  if (service.kind === 'given') return false
  const wasRunning = await isRunning(service, signal)
  if (wasRunning) report(`Stopping ${serviceTitles[name]}.`)
  await endService(name, service, {signal, crash})
  return wasRunning
}

async function forgetOne(
  sandbox: SandboxState,
  name: ServiceName,
  service: ServiceState,
  signal: AbortSignal,
): Promise<SandboxState> {
  await removeService(service, signal)
  const {[name]: _forgotten, ...services} = sandbox.services
  const left = {...sandbox, services}
  writeState(left)
  return left
}

async function removeFiles(root: string): Promise<void> {
  await rm(join(root, envFile), {force: true})
  await rm(join(root, stateFile), {force: true})
}

/** Nothing that somebody else has put there, or another `up` that waits for us, is touched. */
async function removeEmptyFolders(root: string): Promise<void> {
  await rmdir(join(root, lockFolder)).catch(() => {})
  await rmdir(root).catch(() => {})
}

const usersFirst: readonly ServiceName[] = ['erp', 'rabbitmq', 'postgres']
const lockMs = 180_000
