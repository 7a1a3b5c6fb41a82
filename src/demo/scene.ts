import type {SandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import type {CommandLine} from './command-line.js'
import type {LedgerReader} from './ledger.js'
import type {Face} from './face.js'
import type {DemoPlace} from './place.js'
import type {DemoServices} from './services.js'
import type {Talk} from './talk.js'

/** Everything the demo acts on, and where it talks. */
export interface Scene {
  readonly face: Face
  readonly place: DemoPlace
  readonly services: DemoServices
  readonly commands: CommandLine
  readonly admin: SandboxAdmin
  readonly ledger: LedgerReader
  readonly talk: Talk
  readonly signal: AbortSignal
}
