import {readdir, readFile} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import {commandLine} from '../support/child-processes.js'

/** The processes with SAP's library that this worker has started. None where there is no /proc: the stand-in is for Linux. */
export async function rfcChildrenOf(worker: number): Promise<readonly number[]> {
  const all = await rfcProcesses()
  return all.filter(({parent}) => parent === worker).map(({pid}) => pid)
}

/** Those of any worker with this configuration that are still there, after a moment to leave. */
export async function findLeftBehind(configPath: string): Promise<readonly number[]> {
  const deadline = performance.now() + leaveMs
  for (;;) {
    const left: number[] = []
    for (const {pid} of await rfcProcesses()) {
      const [, environment] = await commandLine(pid)
      if (environment.split('\0').includes(`ERPSYNC_CONFIG=${configPath}`)) left.push(pid)
    }
    if (left.length === 0 || performance.now() > deadline) return left
    await sleep(pollMs)
  }
}

/** Sends a signal to a process that may have ended by now. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

interface RfcProcess {
  readonly pid: number
  readonly parent: number
}

async function rfcProcesses(): Promise<readonly RfcProcess[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(pids.map(readRfcProcess))
  return found.filter((one) => one !== undefined)
}

/** Undefined for a process of another kind, and for one that has ended. */
async function readRfcProcess(pid: number): Promise<RfcProcess | undefined> {
  const [command] = await commandLine(pid)
  if (!command.includes(entry)) return undefined
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const parent = /^PPid:\s*(\d+)$/m.exec(status)?.[1]
  return parent === undefined ? undefined : {pid, parent: Number(parent)}
}

const entry = '/erp/rfc/child/main.js'
const leaveMs = 5000
const pollMs = 100
