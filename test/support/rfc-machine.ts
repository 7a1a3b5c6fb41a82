import {execFile} from 'node:child_process'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import type {RfcSdk} from './rfc-standin.js'

/** What the machine lacks to have the stand-in, in words for the report. */
export async function findLacking(): Promise<string | undefined> {
  const platform = `${process.platform}-${process.arch}`
  if (platform !== 'linux-x64') return `the stand-in for SAP's RFC library is for linux-x64, this is ${platform}`
  for (const program of ['make', process.env.CC ?? 'cc', 'npm']) {
    if (!(await isThere(program))) return `${program} was not found, and the stand-in for SAP's RFC library needs it`
  }
  return undefined
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

/** By linking a program, since a compiler that knows the option may lack the library. */
export async function hasSanitizers(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'erpsync-sanitizer-'))
  try {
    await writeFile(join(folder, 'main.c'), 'int main(void) { return 0; }\n')
    await run(process.env.CC ?? 'cc', ['-fsanitize=address,undefined', '-o', 'main', 'main.c'], folder)
    return true
  } catch (error) {
    if (typeof codeOf(error) === 'number') return false
    throw error
  } finally {
    await rm(folder, {recursive: true})
  }
}

/** Says so where the C library is another or older than the addon's; any other failure to load is one of ours, and thrown. */
export async function findUnloadable({library, module}: RfcSdk): Promise<string | undefined> {
  const cwd = await mkdtemp(join(tmpdir(), 'erpsync-addon-'))
  const env = {...process.env, NODE_OPTIONS: '', LD_LIBRARY_PATH: library, LD_BIND_NOW: '1', RFCSIM_QUIET: '1'}
  try {
    await promisify(execFile)(
      process.execPath,
      ['-e', `require(${JSON.stringify(`${module}/node_modules/node-rfc`)})`],
      {
        cwd,
        env,
        timeout: commandMs,
      },
    )
    return undefined
  } catch (error) {
    if (/GLIBC|libc\.musl|Error relocating/.test(String(error))) return tooOld
    throw error
  } finally {
    await rm(cwd, {recursive: true})
  }
}

/** Gives what was printed. What fails is thrown with what the program complained of. */
export async function run(program: string, args: readonly string[], cwd = '.'): Promise<string> {
  const {stdout} = await promisify(execFile)(program, args, {cwd, timeout: commandMs, maxBuffer})
  return stdout
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

export const commandMs = 120_000
const maxBuffer = 16 * 1024 * 1024
const tooOld = "node-rfc's addon needs glibc and the libstdc++ of GCC 12 or newer"
