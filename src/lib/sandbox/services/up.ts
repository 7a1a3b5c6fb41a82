import {mkdir} from 'node:fs/promises'
import {resolve} from 'node:path'
import {awaitAnswer} from './await-answer.js'
import {writeEnvFile} from './env-file.js'
import {launchService} from './launch-service.js'
import {withLock} from './lock.js'
import {restorePolicy} from './policy-rc.js'
import {serviceNames, type ServiceName} from './service.js'
import {beginState, readState, withService, writeState, type SandboxState, type ServiceState} from './state.js'
import type {Surroundings} from './surroundings.js'

export interface BringUpInput extends Surroundings {
  readonly folder: string
  readonly services?: readonly ServiceName[] | undefined
}

export interface BroughtUp {
  readonly sandbox: SandboxState
  /** What had to be started; the rest was running. */
  readonly started: readonly ServiceName[]
}

/**
 * Brings up what does not run yet and waits until everything answers. Each step
 * is on record before the next begins, so that an `up` which was cut short is
 * finished by the next one or undone by `down`.
 */
export async function bringUp({folder, services = serviceNames, ...surroundings}: BringUpInput): Promise<BroughtUp> {
  const root = resolve(folder)
  await mkdir(root, {recursive: true})
  return withLock(root, {...surroundings, timeoutMs: lockMs}, async () => {
    if (process.getuid?.() === 0) await restorePolicy()
    let sandbox = readState(root) ?? (await beginState(root))
    const recordAs = (name: ServiceName) => (service: ServiceState) => {
      sandbox = withService(sandbox, name, service)
      writeState(sandbox)
    }

    const started: ServiceName[] = []
    for (const name of slowestFirst.filter((each) => services.includes(each))) {
      const launching = {...surroundings, sandbox: root, record: recordAs(name)}
      if (await launchService(name, sandbox.services[name], launching)) started.push(name)
    }
    await awaitAll(services, sandbox, surroundings.signal, recordAs)
    writeEnvFile(sandbox)
    return {sandbox, started}
  })
}

async function awaitAll(
  services: readonly ServiceName[],
  sandbox: SandboxState,
  signal: AbortSignal,
  recordAs: (name: ServiceName) => (service: ServiceState) => void,
): Promise<void> {
  const firstFailure = new AbortController()
  const ending = AbortSignal.any([signal, firstFailure.signal])
  const awaitOne = async (name: ServiceName) => {
    const service = sandbox.services[name]
    if (service === undefined) return
    await awaitAnswer(name, service, ending)
    if (service.kind === 'local' && !service.proven) recordAs(name)({...service, proven: true})
  }
  try {
    await Promise.all(services.map(awaitOne))
  } finally {
    firstFailure.abort()
  }
}

/** A broker takes longest to boot; the others are laid out meanwhile. */
const slowestFirst: readonly ServiceName[] = ['rabbitmq', 'postgres', 'erp']
const lockMs = 180_000
