import {randomBytes} from 'node:crypto'
import {join} from 'node:path'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {installPackage} from './apt.js'
import {chooseWay} from './choose-way.js'
import {findProgram, lookUpFacts} from './facts.js'
import {localServices} from './local-services.js'
import {makePlace} from './place.js'
import {findFreePorts} from './ports.js'
import {findPostgresAccount} from './postgres-account.js'
import {serviceTitles, type ServiceName} from './service.js'
import type {ContainerState, LocalState, ServiceState} from './state.js'
import type {Surroundings} from './surroundings.js'

/**
 * Decides where a service comes from and under which ports, folder and password
 * it will live. Starts nothing.
 *
 * @throws ErpSyncError 69 naming what to type if no way is open.
 */
export async function planService(
  service: ServiceName,
  sandbox: string,
  surroundings: Surroundings,
): Promise<ServiceState> {
  const way = chooseWay(service, lookUpFacts(service, surroundings.env))
  switch (way.kind) {
    case 'given':
      return {kind: 'given', addresses: way.addresses}
    case 'program':
      return planLocal(service, sandbox, surroundings, {program: way.program})
    case 'embedded':
      return planLocal(service, sandbox, surroundings, {native: way.native})
    case 'docker':
      return planContainer(service, way.image)
    case 'apt': {
      await installPackage(way.debianPackage, surroundings.report)
      const program = findProgram(service, surroundings.env.PATH ?? '')
      if (program === undefined) throw noWay(service, `The package ${way.debianPackage} did not bring it.`)
      return planLocal(service, sandbox, surroundings, {program})
    }
    case 'none':
      throw noWay(service, way.hint)
  }
}

type Origin = {readonly program: string} | {readonly native: string}

async function planLocal(
  service: ServiceName,
  sandbox: string,
  {signal, report}: Surroundings,
  origin: Origin,
): Promise<LocalState> {
  const {portNames, addresses} = localServices[service]
  const ports = await findFreePorts(portNames)
  const account = service === 'postgres' ? await findPostgresAccount(signal, report) : undefined
  const folder = await makePlace(sandbox, service, account)
  const program = 'program' in origin ? origin.program : join(folder, 'engine', 'bin')
  return {
    kind: 'local',
    plan: {program, folder, ports, addresses: addresses(ports, newPassword()), account},
    ...('native' in origin ? {native: origin.native} : {}),
    processes: [],
    proven: false,
  }
}

async function planContainer(service: ServiceName, image: string): Promise<ContainerState> {
  const {portNames, addresses} = localServices[service]
  const ports = await findFreePorts(portNames)
  const name = `erpsync-sandbox-${service}-${randomBytes(4).toString('hex')}`
  return {kind: 'container', image, name, ports, addresses: addresses(ports, newPassword())}
}

function newPassword(): string {
  return randomBytes(12).toString('hex')
}

function noWay(service: ServiceName, hint: string): ErpSyncError {
  return new ErpSyncError(`${serviceTitles[service]} is not on this machine, and there is no way to fetch it.`, {
    code: 'service_unavailable',
    exitCode: exitCodes.unreachable,
    hint,
  })
}
