import {z} from 'zod'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {FaultInput, ScheduleInput} from '#lib/sandbox/erp/faults/fault.js'

const effectSchema = z.object({
  creates: z.number().int(),
  changes: z.number().int(),
  documents: z.array(z.string()),
})

const effectsSchema = z.object({effects: z.record(z.string(), effectSchema)})

const namesSchema = z.object({names: z.record(z.string(), z.array(z.string()))})

const repostedSchema = z.object({reposted: z.number().int()})

const statsSchema = z.object({
  requests: z.number().int(),
  mostAtOnce: z.number().int(),
  effects: z.object({creates: z.number().int(), changes: z.number().int()}),
  faults: z.record(z.string(), z.number().int()),
})

/** What was booked under one external reference. */
export type SandboxEffect = Readonly<z.output<typeof effectSchema>>

export type SandboxStats = Readonly<z.output<typeof statsSchema>>

/** Values as JSON: texts, numbers, flags, and dates as `2026-11-26`. */
export type DriftFields = Readonly<Record<string, string | number | boolean | null>>

export interface OrderDrift {
  readonly header?: DriftFields
  readonly items?: Readonly<Record<string, DriftFields | null>>
}

export interface SandboxAdmin {
  /** Sets one more fault. */
  readonly addFault: (fault: FaultInput) => Promise<void>
  /** Replaces all faults. */
  readonly setFaults: (schedule: ScheduleInput) => Promise<void>
  readonly clearFaults: () => Promise<void>
  /** All effects, by external reference. */
  readonly effects: () => Promise<ReadonlyMap<string, SandboxEffect>>
  readonly effectOf: (reference: string) => Promise<SandboxEffect>
  /** What each business partner was called after each booking, oldest first. */
  readonly names: () => Promise<ReadonlyMap<string, readonly string[]>>
  /** Has every IDoc that failed in the application posted again, and says how many there were. */
  readonly repostIdocs: () => Promise<number>
  /** Changes an order behind erpsync's back: fields by their names, items by their position, null to delete one. */
  readonly changeOrder: (reference: string, drift: OrderDrift) => Promise<void>
  /** Deletes an order with its items, likewise. */
  readonly deleteOrder: (reference: string) => Promise<void>
  /** Changes a business partner, likewise. */
  readonly changePartner: (id: string, fields: DriftFields) => Promise<void>
  readonly stats: () => Promise<SandboxStats>
  /** Back to the first day: no orders, no faults, nothing counted. */
  readonly reset: () => Promise<void>
}

export interface SandboxAccess {
  readonly url: string
  readonly user: string
  readonly password: string
}

/** Reaches the admin endpoints of a sandbox ERP. */
export function sandboxAdmin(access: SandboxAccess): SandboxAdmin {
  return {
    addFault: async (fault) => void (await call(access, 'POST', 'faults', fault)),
    setFaults: async (schedule) => void (await call(access, 'POST', 'schedule', schedule)),
    clearFaults: async () => void (await call(access, 'DELETE', 'faults')),
    effects: async () => new Map(Object.entries(effectsSchema.parse(await call(access, 'GET', 'effects')).effects)),
    effectOf: async (reference) =>
      effectSchema.parse(await call(access, 'GET', `effects?reference=${encodeURIComponent(reference)}`)),
    names: async () => new Map(Object.entries(namesSchema.parse(await call(access, 'GET', 'names')).names)),
    repostIdocs: async () => repostedSchema.parse(await call(access, 'POST', 'repost')).reposted,
    changeOrder: async (reference, drift) =>
      void (await call(access, 'PATCH', `orders?reference=${encodeURIComponent(reference)}`, drift)),
    deleteOrder: async (reference) =>
      void (await call(access, 'DELETE', `orders?reference=${encodeURIComponent(reference)}`)),
    changePartner: async (id, changed) =>
      void (await call(access, 'PATCH', `partners?id=${encodeURIComponent(id)}`, changed)),
    stats: async () => statsSchema.parse(await call(access, 'GET', 'stats')),
    reset: async () => void (await call(access, 'POST', 'reset')),
  }
}

async function call(
  {url, user, password}: SandboxAccess,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await reach(`${url}/__sandbox/${path}`, {
    method,
    headers: {authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`},
    signal: AbortSignal.timeout(timeoutMs),
    ...(body === undefined ? {} : {body: JSON.stringify(body)}),
  })
  const text = await response.text()
  if (response.ok) return JSON.parse(text)
  throw new ErpSyncError(`The sandbox ERP refused ${method} ${path}: ${response.status} ${text}`, {
    code: 'sandbox_refused',
    exitCode: response.status === 401 ? exitCodes.credentials : exitCodes.badInput,
  })
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init)
  } catch (error) {
    throw new ErpSyncError(
      `The sandbox ERP does not answer at ${address} (${errorCode(error) ?? 'no answer in time'}).`,
      {
        code: 'sandbox_unreachable',
        exitCode: exitCodes.unreachable,
        hint: 'Start it with: erpsync sandbox erp',
        cause: error,
      },
    )
  }
}

const timeoutMs = 10_000
