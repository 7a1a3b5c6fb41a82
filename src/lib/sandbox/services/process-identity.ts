import {spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'

/** A process, told apart from a later one that got the same pid. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in the words of the system; only ever compared. */
  readonly startedAt: string
}

/** The process that has this pid now, or undefined if none runs. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid)
  return startedAt === undefined ? undefined : {pid, startedAt}
}

/** Whether that very process still runs. */
export function isAlive({pid, startedAt}: ProcessIdentity): boolean {
  return identifyProcess(pid)?.startedAt === startedAt
}

/** The boot and the clock tick of the start: unlike a wall clock, neither is ever set back. */
function startOnLinux(pid: number): string | undefined {
  try {
    const tick = startTickIn(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return tick === undefined ? undefined : `${bootId}.${tick}`
  } catch {
    return undefined
  }
}

/**
 * The clock tick of the start in the text of `/proc/PID/stat`; undefined for one
 * that has ended. One whose first thread has ended while another still waits for
 * the disk has not: it keeps its ports.
 */
export function startTickIn(stat: string): string | undefined {
  // The second field is the program's name and may hold spaces and brackets itself.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const isLastThread = Number(fields[threadsField]) <= 1
  return (state === 'Z' && isLastThread) || state === 'X' ? undefined : fields[startTimeField]
}

function startByPs(pid: number): string | undefined {
  const {stdout, status} = spawnSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {encoding: 'utf8'})
  const [state = '', ...started] = stdout.trim().split(/\s+/)
  return status !== 0 || state.startsWith('Z') ? undefined : started.join(' ')
}

/** `num_threads` and `starttime` are fields 20 and 22 of /proc/PID/stat; the pid, the name and the state stand before the rest. */
const threadsField = 20 - 4
const startTimeField = 22 - 4
