import type {FaultInput} from '#lib/sandbox/erp/faults/fault.js'
import type {Addresses} from './flows.js'

/** What SAP has booked under one reference. */
export interface Effect {
  readonly creates: number
  readonly documents: readonly string[]
}

/** The sandbox ERP, asked over HTTP by nothing but what it tells of itself. */
export interface Sap {
  readonly addFault: (fault: FaultInput) => Promise<void>
  /** Whether a fault of that kind is set and has not struck as often as it may. */
  readonly isArmed: (kind: FaultInput['kind']) => Promise<boolean>
  readonly clearFaults: () => Promise<void>
  readonly effects: () => Promise<ReadonlyMap<string, Effect>>
  /** What each partner was called after each change, oldest first. */
  readonly names: () => Promise<ReadonlyMap<string, readonly string[]>>
  /** How often each kind of fault struck. */
  readonly struck: () => Promise<Readonly<Record<string, number>>>
}

export function openSap(addresses: Addresses): Sap {
  const get = async <Shape>(path: string): Promise<Shape> => (await call(addresses, 'GET', path)) as Shape
  return {
    addFault: async (fault) => void (await call(addresses, 'POST', 'faults', fault)),
    isArmed: async (kind) => {
      const {faults} = await get<{faults: readonly {kind: string; hits: number; count?: number}[]}>('faults')
      return faults.some((fault) => fault.kind === kind && fault.hits < (fault.count ?? 1))
    },
    clearFaults: async () => void (await call(addresses, 'DELETE', 'faults')),
    effects: async () => new Map(Object.entries((await get<{effects: Record<string, Effect>}>('effects')).effects)),
    names: async () => new Map(Object.entries((await get<{names: Record<string, readonly string[]>}>('names')).names)),
    struck: async () => (await get<{faults: Record<string, number>}>('stats')).faults,
  }
}

async function call(
  {erpUrl, erpUser, erpPassword}: Addresses,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${erpUrl}/__sandbox/${path}`, {
    method,
    headers: {authorization: `Basic ${btoa(`${erpUser}:${erpPassword}`)}`},
    signal: AbortSignal.timeout(timeoutMs),
    ...(body === undefined ? {} : {body: JSON.stringify(body)}),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`The sandbox ERP refused ${method} ${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

const timeoutMs = 20_000
