import type {ProcessIdentity} from './process-identity.js'

/** What a sandbox consists of. */
export const serviceNames = ['postgres', 'rabbitmq', 'erp'] as const

export type ServiceName = (typeof serviceNames)[number]

/** How people call it. */
export const serviceTitles: Readonly<Record<ServiceName, string>> = {
  postgres: 'PostgreSQL',
  rabbitmq: 'RabbitMQ',
  erp: 'sandbox ERP',
}

/** Addresses and credentials, by the environment variable that carries them. */
export type Addresses = Readonly<Record<string, string>>

export type Ports = Readonly<Record<string, number>>

/** An account of the operating system. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** Everything that must be known to start a service as processes of this machine. */
export interface Plan {
  /** The executable, or the folder of the executables. */
  readonly program: string
  /** Its data, logs and settings; deleted with the sandbox. */
  readonly folder: string
  readonly ports: Ports
  readonly addresses: Addresses
  /** The account it runs as, where that is not the caller's. */
  readonly account?: Account | undefined
}

export interface Preparing {
  readonly signal: AbortSignal
  /** Takes down which process is at work in the folder. */
  readonly onStart: (identity: ProcessIdentity) => void
}

/** One process to start. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** How one service is run as processes of this machine. */
export interface LocalService {
  readonly portNames: readonly string[]
  readonly addresses: (ports: Ports, password: string) => Addresses
  /** Lays out an empty folder before the first start. */
  readonly prepare: (plan: Plan, preparing: Preparing) => Promise<void>
  /** What to start, in order; the last one is the service itself. */
  readonly launches: (plan: Plan) => readonly Launch[]
  /** The signal that ends it in good order. */
  readonly stopSignal: NodeJS.Signals
  /** The signal that ends it as a power cut would, as far as its data can tell. */
  readonly crashSignal: NodeJS.Signals
}

/** The user name in every private service. */
export const sandboxUser = 'erpsync'
