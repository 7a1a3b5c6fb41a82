import {takeDown} from './down.js'
import type {ServiceName} from './service.js'
import type {SandboxState} from './state.js'
import {bringUp} from './up.js'

type Sandbox = Pick<SandboxState, 'folder'>

interface Stopping {
  /** Ends it as a power cut would. */
  readonly crash?: boolean
}

/** Stops one service of a running sandbox and keeps its ports, passwords and data. */
export async function stopService({folder}: Sandbox, name: ServiceName, {crash = false}: Stopping = {}): Promise<void> {
  await takeDown({folder, services: [name], keepData: true, crash, ...alone()})
}

/** Starts it again where it was, and waits until it answers. */
export async function startService({folder}: Sandbox, name: ServiceName): Promise<void> {
  await bringUp({folder, services: [name], env: {PATH: process.env.PATH}, ...alone()})
}

function alone() {
  return {signal: new AbortController().signal, report: () => {}}
}
