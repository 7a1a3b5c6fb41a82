import {readFileSync, renameSync, writeFileSync} from 'node:fs'
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {ServiceName} from './service.js'

const texts = z.record(z.string(), z.string()).readonly()
const ports = z.record(z.string(), z.number().int()).readonly()
const identity = z.object({pid: z.number().int(), startedAt: z.string()}).readonly()

const plan = z
  .object({
    program: z.string(),
    folder: z.string(),
    ports,
    addresses: texts,
    account: z.object({uid: z.number().int(), gid: z.number().int()}).readonly().optional(),
  })
  .readonly()

const serviceState = z.discriminatedUnion('kind', [
  /** Runs without us: never started, never stopped. */
  z.object({kind: z.literal('given'), addresses: texts}).readonly(),
  /** Processes of this machine. */
  z
    .object({
      kind: z.literal('local'),
      plan,
      /** Where its programs are unpacked from, if an npm package has brought them. */
      native: z.string().optional(),
      /** As started, the service itself last; empty while it is stopped. */
      processes: z.array(identity).readonly(),
      /** What was last started to lay out its folder, which outlives an `up` that is killed. */
      preparing: identity.optional(),
      /** Whether it has answered once. What has not is laid out anew, as nobody can know how far it came. */
      proven: z.boolean(),
    })
    .readonly(),
  z.object({kind: z.literal('container'), image: z.string(), name: z.string(), ports, addresses: texts}).readonly(),
])

const sandboxState = z
  .object({
    version: z.literal(1),
    folder: z.string(),
    services: z
      .object({
        postgres: serviceState.optional(),
        rabbitmq: serviceState.optional(),
        erp: serviceState.optional(),
      })
      .readonly(),
  })
  .readonly()

export type ServiceState = z.output<typeof serviceState>
export type LocalState = Extract<ServiceState, {kind: 'local'}>
export type ContainerState = Extract<ServiceState, {kind: 'container'}>
/** What a sandbox consists of and how it was started: all that a later command needs to stop it. */
export type SandboxState = z.output<typeof sandboxState>

/**
 * The sandbox in that folder, or undefined if there is none.
 *
 * @throws ErpSyncError 65 if the state file is not ours.
 */
export function readState(folder: string): SandboxState | undefined {
  const path = join(folder, stateFile)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  const parsed = sandboxState.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new ErpSyncError(`${path} is not the state of a sandbox that this version knows.`, {
    code: 'sandbox_state_invalid',
    exitCode: exitCodes.badInput,
    hint: 'Stop what it names with the version that wrote it, or remove the folder by hand.',
  })
}

/** Saves the state, whole or not at all. Synchronous, so that nothing comes between a start and its record. */
export function writeState(state: SandboxState): void {
  const path = join(state.folder, stateFile)
  writeFileSync(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`, {mode: 0o600})
  renameSync(`${path}.new`, path)
}

/**
 * Begins a sandbox in an empty folder.
 *
 * @throws ErpSyncError 2 if something else lives there, which `down` would delete.
 */
export async function beginState(folder: string): Promise<SandboxState> {
  const strangers = (await readdir(folder)).filter((name) => name !== lockFolder)
  if (strangers.length > 0) {
    throw new ErpSyncError(`${folder} is neither a sandbox nor empty: it holds ${strangers.slice(0, 3).join(', ')}.`, {
      code: 'sandbox_folder_taken',
      exitCode: exitCodes.usage,
      hint: 'Name a folder of its own: erpsync sandbox up --dir DIR',
    })
  }
  const state: SandboxState = {version: 1, folder, services: {}}
  writeState(state)
  return state
}

/** The same sandbox with one service as it is now. */
export function withService(state: SandboxState, name: ServiceName, service: ServiceState): SandboxState {
  return {...state, services: {...state.services, [name]: service}}
}

export function addressesOf(service: ServiceState): Readonly<Record<string, string>> {
  return service.kind === 'local' ? service.plan.addresses : service.addresses
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const stateFile = 'state.json'
export const lockFolder = 'lock'
