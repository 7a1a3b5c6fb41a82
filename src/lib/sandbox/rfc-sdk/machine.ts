import {execFile} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import type {RfcSdk} from './prepare-stand-in.js'

/** What the machine lacks to have the stand-in, in words for people. */
export async function findLacking(): Promise<string | undefined> {
  const platform = `${process.platform}-${process.arch}`
  if (platform !== 'linux-x64') return `the stand-in for SAP's RFC library is for linux-x64, this is ${platform}`
  for (const program of ['make', process.env.CC ?? 'cc', 'npm']) {
    if (!(await isThere(program))) return `${program} was not found, and the stand-in for SAP's RFC library needs it`
  }
  return undefined
}

/** Says so where the C library is another or older than the addon's; any other failure to load is one of ours, and thrown. */
export async function findUnloadable({library, module}: RfcSdk): Promise<string | undefined> {
  // The addon creates and empties a log file wherever it is started.
  const cwd = await mkdtemp(join(tmpdir(), 'erpsync-addon-'))
  const env = {...process.env, NODE_OPTIONS: '', LD_LIBRARY_PATH: library, LD_BIND_NOW: '1', RFCSIM_QUIET: '1'}
  const load = ['-e', `require(${JSON.stringify(`${module}/node_modules/node-rfc`)})`]
  try {
    await promisify(execFile)(process.execPath, load, {cwd, env, timeout: commandMs})
    return undefined
  } catch (error) {
    if (/GLIBC|libc\.musl|Error relocating/.test(String(error))) return tooOld
    throw error
  } finally {
    await rm(cwd, {recursive: true})
  }
}

/** Runs a program and gives what it printed. What fails is thrown with what it complained of. */
export async function run(program: string, args: readonly string[], cwd = '.'): Promise<string> {
  const {stdout} = await promisify(execFile)(program, args, {cwd, timeout: commandMs, maxBuffer})
  return stdout
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

async function isThere(program: string): Promise<boolean> {
  try {
    await run(program, ['--version'])
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

const commandMs = 120_000
const maxBuffer = 16 * 1024 * 1024
const tooOld = "node-rfc's addon needs glibc and the libstdc++ of GCC 12 or newer"
