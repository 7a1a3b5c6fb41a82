import {type ChildProcess, spawn} from 'node:child_process'
import {open} from 'node:fs/promises'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {findErpsync} from '#lib/sandbox/services/find-programs.js'

/** A worker process of the demo. */
export interface DemoWorker {
  readonly pid: number | undefined
  /** As a crash of the machine would: nothing is finished, nothing is said. */
  readonly kill: () => Promise<void>
  /**
   * Asks it to finish what is in flight and waits for its end.
   *
   * @throws ErpSyncError 3 if it does not end by itself with exit code 0.
   */
  readonly stop: () => Promise<void>
  /** How it ended, once it has. */
  readonly end: () => string | undefined
}

/** Starts a worker whose log is appended to the file. */
export async function startWorker(env: NodeJS.ProcessEnv, logFile: string): Promise<DemoWorker> {
  const log = await open(logFile, 'a')
  const args = [findErpsync(), 'worker', 'start', '--log-format', 'json']
  const child = spawn(process.execPath, args, {env, stdio: ['ignore', log.fd, log.fd], detached: true})
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  await log.close()
  return {
    pid: child.pid,
    kill: async () => {
      child.kill('SIGKILL')
      await closed
    },
    stop: async () => {
      child.kill('SIGTERM')
      const overdue = setTimeout(() => child.kill('SIGKILL'), drainMs)
      await closed
      clearTimeout(overdue)
      if (child.exitCode !== exitCodes.ok) throw badEnd(describeEnd(child), logFile)
    },
    end: () => describeEnd(child),
  }
}

function describeEnd({exitCode, signalCode}: ChildProcess): string | undefined {
  if (signalCode !== null) return `by ${signalCode}`
  return exitCode === null ? undefined : `with exit code ${exitCode}`
}

function badEnd(end: string | undefined, logFile: string): ErpSyncError {
  return new ErpSyncError(`The worker was asked to stop and ended ${end ?? 'without a trace'}.`, {
    code: 'demo_worker_failed',
    exitCode: exitCodes.someFailed,
    hint: `Its log: ${logFile}`,
  })
}

const drainMs = 30_000
