import type {SandboxAdmin} from '#lib/sandbox/erp/admin-client.js'

/** What node-rfc rejects with: a plain object, no Error. */
export interface AddonError {
  readonly name: string
  readonly message: string
  readonly group?: number
  readonly code?: number
  readonly codeString?: string
  readonly key?: string
}

// oxlint-disable-next-line typescript/no-explicit-any -- a test reads whatever shape it expects
export type Parameters = Record<string, any>

export interface CallOptions {
  readonly timeout?: number
  readonly notRequested?: readonly string[]
}

/** As much of node-rfc's Client as the cases use. */
export interface AddonClient {
  readonly alive: boolean
  readonly connectionHandle: number
  readonly connectionInfo: Readonly<Record<string, string>>
  readonly open: () => Promise<AddonClient>
  readonly close: () => Promise<void>
  readonly ping: () => Promise<boolean>
  readonly cancel: () => Promise<void>
  readonly resetServerContext: () => Promise<void>
  readonly call: (name: string, parameters: Parameters, options?: CallOptions) => Promise<Parameters>
}

export interface AddonPool {
  readonly status: {readonly ready: number; readonly leased: number}
  readonly acquire: {(): Promise<AddonClient>; (count: number): Promise<readonly AddonClient[]>}
  readonly release: (client: AddonClient) => Promise<void>
}

export interface AddonThroughput {
  readonly status: Readonly<Record<string, number>>
  readonly setOnConnection: (client: AddonClient) => void
}

export interface Addon {
  readonly environment: {readonly noderfc: {readonly version: string; readonly nwrfcsdk: object}}
  readonly Client: new (parameters: object, options?: object) => AddonClient
  readonly Pool: new (options: object) => AddonPool
  readonly Throughput: new () => AddonThroughput
}

/** What a case finds in the process it has to itself. */
export interface Surroundings {
  /** Loads node-rfc; a second time ends the process. */
  readonly load: () => Addon
  /** Loads it, opens a client as the one user there is, and gives that. */
  readonly open: (options?: object) => Promise<AddonClient>
  readonly logon: Readonly<Record<string, string>>
  /** Of the sandbox ERP that this case has to itself. */
  readonly admin: SandboxAdmin
  /** The folder of the library, and the one that node-rfc is resolved from. */
  readonly library: string
  readonly moduleFolder: string
  /** Says a word to the test, from which on it measures the time until the process has ended. */
  readonly say: (word: string) => Promise<void>
}

export type Case = (surroundings: Surroundings) => Promise<unknown>

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<AddonError> {
  try {
    await promise
  } catch (error) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- node-rfc rejects with nothing else
    return error as AddonError
  }
  throw new Error('It was fulfilled.')
}

export async function millisecondsOf(work: Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work
  return performance.now() - start
}
