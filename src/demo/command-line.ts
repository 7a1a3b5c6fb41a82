import {type ChildProcessByStdio, spawn} from 'node:child_process'
import {createInterface} from 'node:readline'
import type {Readable} from 'node:stream'
import {z} from 'zod'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {type ExitCode, exitCodes} from '#lib/kernel/exit-codes.js'
import {findErpsync} from '#lib/sandbox/services/find-programs.js'

export interface CommandOptions {
  /** Exit codes that are no surprise here. */
  readonly expected?: readonly ExitCode[]
  /** Hears each line of stderr. */
  readonly onTalk?: (line: string) => void
  readonly timeoutMs?: number
}

/** The erpsync commands, run as a user runs them: a process each, `--json`, judged by exit code. */
export interface CommandLine {
  readonly run: <Answer extends z.ZodType>(
    args: readonly string[],
    answer: Answer,
    options?: CommandOptions,
  ) => Promise<z.output<Answer>>
}

/** The command line with that environment; the signal ends whatever command runs. */
export function openCommandLine(env: NodeJS.ProcessEnv, signal: AbortSignal): CommandLine {
  return {
    run: async (args, answer, {expected = [exitCodes.ok], onTalk = () => {}, timeoutMs = defaultTimeoutMs} = {}) => {
      const child = spawn(process.execPath, [findErpsync(), ...args, '--json'], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own: Ctrl-C reaches the demo alone, which then ends its commands in order.
        detached: true,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      })
      const end = await endOf(child, onTalk)
      signal.throwIfAborted()
      if (expected.some((code) => code === end.code)) return answer.parse(JSON.parse(end.stdout))
      throw failed(args, end)
    },
  }
}

interface End {
  readonly code: number | null
  readonly stdout: string
}

async function endOf(
  child: ChildProcessByStdio<null, Readable, Readable>,
  onTalk: (line: string) => void,
): Promise<End> {
  const chunks: string[] = []
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  createInterface(child.stderr).on('line', onTalk)
  return new Promise((resolve, reject) => {
    // An abort is told here as well; the process has ended only when it closes.
    child.on('error', (error) => {
      if (child.pid === undefined) reject(error)
    })
    child.on('close', (code) => resolve({code, stdout: chunks.join('')}))
  })
}

function failed(args: readonly string[], {code, stdout}: End): ErpSyncError {
  const command = `erpsync ${args.join(' ')}`
  const known = Object.values(exitCodes).find((each) => each === code)
  const {message, hint} = readError(stdout)
  const end = code === null ? 'did not end in time' : `ended with ${code}`
  return new ErpSyncError(`${command} ${end}${message === undefined ? '' : `: ${message}`}`, {
    code: 'demo_step_failed',
    exitCode: known ?? exitCodes.bug,
    ...(hint === undefined ? {} : {hint}),
  })
}

function readError(stdout: string): {readonly message?: string | undefined; readonly hint?: string | undefined} {
  try {
    return errorEnvelope.parse(JSON.parse(stdout)).error
  } catch {
    return {}
  }
}

const errorEnvelope = z.object({error: z.object({message: z.string(), hint: z.string().optional()})})

/** Long enough for a broker to boot on a busy machine. */
const defaultTimeoutMs = 180_000
