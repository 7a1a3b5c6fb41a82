import {spawn, type ChildProcessWithoutNullStreams} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'
import {eventually} from './eventually.js'

export interface CliResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  /** Put over the environment of the tests. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  readonly input?: string
  readonly timeoutMs?: number
}

export interface RunningCli {
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  /** Waits until stdout or stderr holds it; fails at once if the command ends without having said so. */
  readonly waitForOutput: (wanted: string | RegExp, timeoutMs?: number) => Promise<void>
  /** Sends a signal and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<CliResult>
  readonly kill: () => Promise<CliResult>
  readonly ended: Promise<CliResult>
}

/** Runs the built command line to its end. Kills it, and fails, if that takes too long. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const {timeoutMs = 30_000} = options
  const cli = startCli(args, options)
  let isOverdue = false
  const timer = setTimeout(() => {
    isOverdue = true
    void cli.kill()
  }, timeoutMs)
  const result = await cli.ended
  clearTimeout(timer)
  if (!isOverdue) return result
  throw new Error(`erpsync ${args.join(' ')} did not end within ${timeoutMs} ms.\n${result.stderr}`)
}

/** Starts a command that runs until it is stopped. */
export function startCli(args: readonly string[], {env = {}, cwd, input = ''}: CliOptions = {}): RunningCli {
  const child = spawn(process.execPath, [program, ...args], {
    env: {...process.env, NODE_OPTIONS: '', ...env},
    stdio: 'pipe',
    ...(cwd === undefined ? {} : {cwd}),
  })
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const ended = endOf(child, stdout, stderr)

  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    return ended
  }
  return {
    pid: pidOf(child),
    stdout,
    stderr,
    ended,
    stop,
    kill: async () => stop('SIGKILL'),
    waitForOutput: async (wanted, timeoutMs = 10_000) => {
      const said = () => {
        const text = stdout() + stderr()
        return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)
      }
      const hasEnded = () => child.exitCode !== null || child.signalCode !== null
      await eventually(() => said() || hasEnded(), {timeoutMs}).catch(() => {})
      if (!said()) throw new Error(`erpsync ${args.join(' ')} did not say ${wanted}.\n${stdout()}\n${stderr()}`)
    },
  }
}

async function endOf(
  child: ChildProcessWithoutNullStreams,
  stdout: () => string,
  stderr: () => string,
): Promise<CliResult> {
  await once(child, 'close')
  return {code: child.exitCode, signal: child.signalCode, stdout: stdout(), stderr: stderr()}
}

function pidOf(child: ChildProcessWithoutNullStreams): number {
  if (child.pid === undefined) throw new Error(`${process.execPath} could not be started`)
  return child.pid
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text += chunk
  })
  return () => text
}

const program = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
