import {mayInstall} from './apt.js'
import type {Facts} from './choose-way.js'
import {dockerAnswers} from './docker.js'
import {findEmbeddedPostgres} from './embedded-postgres.js'
import {findErpsync, findPostgres, findRabbitmq} from './find-programs.js'
import type {Addresses, ServiceName} from './service.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Looks up what this machine offers, cheap things first and no further than the first that will do. */
export function lookUpFacts(service: ServiceName, env: Environment): Facts {
  const given = givenAddresses(service, env)
  if (given !== undefined) return {given}
  const program = findProgram(service, env.PATH ?? '')
  if (program !== undefined) return {program}
  const embedded = service === 'postgres' ? findEmbeddedPostgres() : undefined
  if (embedded !== undefined) return {embedded}
  return {dockerAnswers: dockerAnswers(), mayInstall: mayInstall()}
}

/** The addresses of a service in the environment, if its main one is there. */
export function givenAddresses(service: ServiceName, env: Environment): Addresses | undefined {
  const [main, ...others] = variables[service]
  if ((env[main] ?? '') === '') return undefined
  const entries = [main, ...others].map((name) => [name, env[name] ?? ''] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}

export function findProgram(service: ServiceName, path: string): string | undefined {
  switch (service) {
    case 'postgres':
      return findPostgres(path)
    case 'rabbitmq':
      return findRabbitmq(path)
    case 'erp':
      return findErpsync()
  }
}

const variables: Readonly<Record<ServiceName, readonly [string, ...string[]]>> = {
  postgres: ['ERPSYNC_POSTGRES_URL'],
  rabbitmq: ['ERPSYNC_RABBITMQ_URL', 'ERPSYNC_RABBITMQ_MANAGEMENT_URL', 'ERPSYNC_RABBITMQ_PROMETHEUS_URL'],
  erp: ['ERPSYNC_ERP_URL', 'ERPSYNC_ERP_USER', 'ERPSYNC_ERP_PASSWORD', 'ERPSYNC_ERP_RFC_ADDRESS'],
}
