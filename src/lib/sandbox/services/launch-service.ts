import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isAnswering} from './answering.js'
import {isContainerRunning, startContainer} from './docker.js'
import {unpackEmbeddedPostgres} from './embedded-postgres.js'
import {endService} from './end-service.js'
import {localServices} from './local-services.js'
import {clearPlace} from './place.js'
import {planService} from './plan-service.js'
import {isAlive} from './process-identity.js'
import {startProcess} from './processes.js'
import {serviceTitles, type ServiceName} from './service.js'
import type {ContainerState, LocalState, ServiceState} from './state.js'
import type {Surroundings} from './surroundings.js'

interface Launching extends Surroundings {
  readonly sandbox: string
  /** Saves the service as it is now. */
  readonly record: (service: ServiceState) => void
}

/**
 * Starts a service unless it runs, on the ports and with the data it had
 * before. Does not wait until it answers. Says whether it had to be started.
 */
export async function launchService(
  name: ServiceName,
  known: ServiceState | undefined,
  launching: Launching,
): Promise<boolean> {
  // What is given is given anew each time: the address may have changed, or a private service be wanted now.
  const service =
    known === undefined || known.kind === 'given' ? await planService(name, launching.sandbox, launching) : known
  switch (service.kind) {
    case 'given':
      await requireAnswer(name, service)
      launching.record(service)
      return false
    case 'local':
      return launchLocal(name, service, launching)
    case 'container':
      return launchContainer(name, service, launching)
  }
}

async function launchLocal(name: ServiceName, service: LocalState, launching: Launching): Promise<boolean> {
  const main = service.processes.at(-1)
  if (main !== undefined && isAlive(main)) return false
  await endService(name, service, launching)
  const {plan} = service
  launching.record({...service, processes: []})
  launching.report(`Starting ${serviceTitles[name]} (${plan.program}).`)
  if (!service.proven) await layOut(name, service, launching)

  let started: LocalState = {...service, processes: [], preparing: undefined}
  for (const launch of localServices[name].launches(plan)) {
    started = {...started, processes: [...started.processes, startProcess(launch, plan)]}
    launching.record(started)
  }
  return true
}

async function layOut(name: ServiceName, service: LocalState, {signal, record}: Launching): Promise<void> {
  const {plan, native} = service
  await clearPlace(plan.folder, plan.account)
  if (native !== undefined) await unpackEmbeddedPostgres(native, plan.folder)
  await localServices[name].prepare(plan, {
    signal,
    onStart: (preparing) => record({...service, processes: [], preparing}),
  })
}

async function launchContainer(name: ServiceName, service: ContainerState, launching: Launching): Promise<boolean> {
  launching.record(service)
  if (await isContainerRunning(service.name, launching.signal)) return false
  launching.report(`Starting ${serviceTitles[name]} (Docker image ${service.image}).`)
  await startContainer(name, service, launching.signal)
  return true
}

async function requireAnswer(name: ServiceName, {addresses}: Extract<ServiceState, {kind: 'given'}>): Promise<void> {
  if (await isAnswering(name, addresses)) return
  const variables = Object.keys(addresses).join(' ')
  throw new ErpSyncError(`${serviceTitles[name]} does not answer at the address in the environment (${variables}).`, {
    code: 'service_unreachable',
    exitCode: exitCodes.unreachable,
    hint: `For a private one, type: unset ${variables}`,
  })
}
