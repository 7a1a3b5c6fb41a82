import {spawn} from 'node:child_process'
import {ErpSyncError, errorMessage} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {identifyProcess, type ProcessIdentity} from './process-identity.js'
import type {Account, Launch} from './service.js'

interface Running {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  readonly account?: Account | undefined
  readonly input?: string
  /** Told which process it is, so that it can be found if we are killed. */
  readonly onStart?: ((identity: ProcessIdentity) => void) | undefined
}

/**
 * Runs a program to its end and gives what it printed.
 *
 * @throws ErpSyncError 69 with the end of its error output if it fails or takes too long.
 */
export async function runProgram(
  {command, args, env}: Launch,
  {timeoutMs, signal, account, input = '', onStart}: Running,
): Promise<string> {
  const child = spawn(command, args, {
    env: {...plainEnvironment(), ...env},
    // The caller's folder may be one that the other account cannot enter.
    cwd: '/',
    stdio: 'pipe',
    signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]),
    ...account,
  })
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid)
  if (identity !== undefined) onStart?.(identity)
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  // A program that ends without reading its input is judged by its exit code.
  child.stdin.on('error', () => {})
  child.stdin.end(input)

  const failure = await new Promise<unknown>((resolve) => {
    child.once('error', resolve)
    child.once('close', (code, by) => resolve(code === 0 ? undefined : new Error(`ended with ${by ?? code}`)))
  })
  if (failure === undefined) return stdout.join('')
  signal?.throwIfAborted()
  const said = stderr.join('').trim().split('\n').slice(-10).join('\n')
  throw new ErpSyncError(`${command} failed: ${errorMessage(failure)}${said === '' ? '' : `\n${said}`}`, {
    code: 'program_failed',
    exitCode: exitCodes.unreachable,
    cause: failure,
  })
}

/** What services may see of our environment: settings of other PostgreSQLs, brokers and Nodes stay out. */
export function plainEnvironment(): Record<string, string> {
  const {PATH = '/usr/local/bin:/usr/bin:/bin', HOME = '/', TMPDIR = '/tmp'} = process.env
  return {PATH, HOME, TMPDIR, LANG: 'C.UTF-8'}
}

function collect(stream: NodeJS.ReadableStream): string[] {
  const chunks: string[] = []
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => chunks.push(chunk))
  return chunks
}
