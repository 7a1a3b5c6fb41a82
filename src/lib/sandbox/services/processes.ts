import {spawn} from 'node:child_process'
import {closeSync, openSync} from 'node:fs'
import {join} from 'node:path'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {identifyProcess, isAlive, type ProcessIdentity} from './process-identity.js'
import {plainEnvironment} from './run-program.js'
import type {Launch, Plan} from './service.js'
import {waitUntil} from './wait-until.js'

/**
 * Starts a process that outlives us, in a session of its own and with its
 * output in the service's log. Synchronous, so that its pid can be recorded
 * before anything else happens.
 */
export function startProcess({command, args, env}: Launch, {folder, account}: Plan): ProcessIdentity {
  const log = openSync(join(folder, logFile), 'a')
  try {
    const child = spawn(command, args, {
      env: {...plainEnvironment(), ...env},
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      ...account,
    })
    // A program that cannot be started has no pid, which is reported below.
    child.on('error', () => {})
    child.unref()
    const identity = child.pid === undefined ? undefined : identifyProcess(child.pid)
    if (identity !== undefined) return identity
  } finally {
    closeSync(log)
  }
  throw new ErpSyncError(`${command} could not be started.`, {
    code: 'program_failed',
    exitCode: exitCodes.unreachable,
    hint: `Its log: ${join(folder, logFile)}`,
  })
}

/**
 * Ends a process, in good order if it does so in time. Does nothing if the pid
 * belongs to another process by now.
 */
export async function stopProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  graceMs = defaultGraceMs,
): Promise<void> {
  if (!isAlive(identity)) return
  send(identity.pid, signal)
  if (await waitUntil(() => !isAlive(identity), {timeoutMs: graceMs})) return

  // It leads a process group of its own; its children must not outlive it either.
  send(-identity.pid, 'SIGKILL')
  if (await waitUntil(() => !isAlive(identity), {timeoutMs: killMs})) return
  throw new ErpSyncError(`Process ${identity.pid} does not end, not even by SIGKILL.`, {
    code: 'process_stuck',
    exitCode: exitCodes.unreachable,
  })
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended by itself in between.
  }
}

export const logFile = 'log'
const defaultGraceMs = 30_000
const killMs = 5000
