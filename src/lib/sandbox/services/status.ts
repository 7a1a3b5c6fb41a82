import {resolve} from 'node:path'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {maskUrl} from '#lib/kernel/mask.js'
import {isAnswering} from './answering.js'
import {isRunning} from './end-service.js'
import {serviceNames, type Addresses, type ServiceName} from './service.js'
import {addressesOf, readState, type ServiceState} from './state.js'

export interface ServiceStatus {
  readonly service: ServiceName
  readonly state: 'running' | 'not answering' | 'stopped'
  /** `environment`, the path of the program, or the Docker image. */
  readonly from: string
  /** Passwords masked. */
  readonly addresses: Addresses
  readonly pids: readonly number[]
  /** Where its data are, if they are on this machine. */
  readonly folder?: string
}

export interface SandboxStatus {
  readonly folder: string
  readonly allRunning: boolean
  readonly services: readonly ServiceStatus[]
}

/**
 * Asks every service of a sandbox how it is.
 *
 * @throws ErpSyncError 69 if there is no sandbox.
 */
export async function sandboxStatus(folder: string, signal: AbortSignal): Promise<SandboxStatus> {
  const root = resolve(folder)
  const sandbox = readState(root)
  if (sandbox === undefined) {
    throw new ErpSyncError(`There is no sandbox in ${root}.`, {
      code: 'sandbox_absent',
      exitCode: exitCodes.unreachable,
      hint: 'Type: erpsync sandbox up',
    })
  }
  const known = serviceNames.flatMap((name) => {
    const service = sandbox.services[name]
    return service === undefined ? [] : [statusOf(name, service, signal)]
  })
  const services = await Promise.all(known)
  return {folder: root, allRunning: services.every(({state}) => state === 'running'), services}
}

async function statusOf(name: ServiceName, service: ServiceState, signal: AbortSignal): Promise<ServiceStatus> {
  const runs = await isRunning(service, signal)
  const answers = runs && (await isAnswering(name, addressesOf(service)))
  return {
    service: name,
    state: answers ? 'running' : runs ? 'not answering' : 'stopped',
    from: originOf(service),
    addresses: maskAddresses(addressesOf(service)),
    pids: runs && service.kind === 'local' ? service.processes.map(({pid}) => pid) : [],
    ...(service.kind === 'local' ? {folder: service.plan.folder} : {}),
  }
}

function originOf(service: ServiceState): string {
  switch (service.kind) {
    case 'given':
      return 'environment'
    case 'local':
      return service.plan.program
    case 'container':
      return service.image
  }
}

/** Fit to be shown: a password is masked, alone or within an address. */
export function maskAddresses(addresses: Addresses): Addresses {
  const masked = Object.entries(addresses).map(([name, value]) => {
    if (name.endsWith('_PASSWORD')) return [name, '***']
    return [name, name.endsWith('_URL') ? maskUrl(value) : value]
  })
  return Object.fromEntries(masked)
}
