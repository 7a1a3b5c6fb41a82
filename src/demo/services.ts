import {z} from 'zod'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {SandboxAccess} from '#lib/sandbox/erp/admin-client.js'
import {sandboxEnvironment} from '#lib/sandbox/services/env-file.js'
import {readState} from '#lib/sandbox/services/state.js'
import {openCommandLine} from './command-line.js'
import type {FaceName} from './face.js'
import type {DemoPlace} from './place.js'

/** The services of a demo, private ones or those the environment names. */
export interface DemoServices {
  /** For the commands of the demo: the services, and no other setting of erpsync. */
  readonly env: NodeJS.ProcessEnv
  readonly postgresUrl: string
  readonly erp: SandboxAccess
}

/** Brings up services with nothing in them: those of an earlier demo are taken down first. */
export async function bringUpServices(
  place: DemoPlace,
  outer: NodeJS.ProcessEnv,
  {erp, signal, say}: {readonly erp: FaceName; readonly signal: AbortSignal; readonly say: (line: string) => void},
): Promise<DemoServices> {
  const commands = openCommandLine(onlyServices(outer), signal)
  const onTalk = (line: string): void => say(`  ${line}`)
  await commands.run(['sandbox', 'down', '--dir', place.sandbox], z.unknown(), {onTalk})
  await commands.run(['sandbox', 'up', '--dir', place.sandbox], z.unknown(), {onTalk})
  return servicesOf(place, outer, erp)
}

/** Takes down what was brought up; the demo's own signal may have aborted by then. */
export async function takeDownServices(place: DemoPlace, outer: NodeJS.ProcessEnv): Promise<void> {
  const commands = openCommandLine(onlyServices(outer), new AbortController().signal)
  await commands.run(['sandbox', 'down', '--dir', place.sandbox], z.unknown())
}

function servicesOf(place: DemoPlace, outer: NodeJS.ProcessEnv, erp: FaceName): DemoServices {
  const sandbox = readState(place.sandbox)
  const addresses = sandbox === undefined ? {} : sandboxEnvironment(sandbox)
  const address = (name: string): string => addresses[name] ?? missing(name)
  const rfc = erp === 'rfc' ? {ERPSYNC_ERP_RFC_HOST: '127.0.0.1', RFCSIM_ADDR: address('ERPSYNC_ERP_RFC_ADDRESS')} : {}
  return {
    env: {...withoutErpsync(outer), ...addresses, ...rfc, ERPSYNC_CONFIG: place.config},
    postgresUrl: address('ERPSYNC_POSTGRES_URL'),
    erp: {
      url: address('ERPSYNC_ERP_URL'),
      user: address('ERPSYNC_ERP_USER'),
      password: address('ERPSYNC_ERP_PASSWORD'),
    },
  }
}

function missing(name: string): never {
  throw new ErpSyncError(`The demo needs ${name} too.`, {
    code: 'demo_address_missing',
    exitCode: exitCodes.configuration,
    hint: 'Set it, or unset the others of its service for a private one.',
  })
}

/** A flow or a concurrency that is set for other work must not change the demo. */
function withoutErpsync(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ERPSYNC_')))
}

function onlyServices(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const services = Object.entries(env).filter(([name]) => /^ERPSYNC_(?:POSTGRES|RABBITMQ|ERP)_/.test(name))
  return {...withoutErpsync(env), ...Object.fromEntries(services)}
}
