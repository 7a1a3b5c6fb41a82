import {execFile} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {withLock} from '#lib/sandbox/services/lock.js'

/** What stands in for SAP's: our library, and the real node-rfc that is loaded upon it. */
export interface RfcSdk {
  /** The folder of libsapnwrfc.so and libsapucum.so. */
  readonly library: string
  /** The folder whose node_modules has node-rfc. */
  readonly module: string
}

export type StandIn =
  {readonly kind: 'ready'; readonly sdk: RfcSdk} | {readonly kind: 'missing'; readonly reason: string}

/**
 * Builds the stand-in for SAP's RFC library from the sources of a checkout, and
 * installs node-rfc beside it, its scripts ignored. What is there already is
 * used again; where the machine cannot have them, it says why.
 */
export async function prepareStandIn(signal: AbortSignal): Promise<StandIn> {
  const lacking = await findLacking()
  if (lacking !== undefined) return {kind: 'missing', reason: lacking}
  await mkdir(lockFolder, {recursive: true})
  return withLock(lockFolder, {timeoutMs: lockMs, signal, report: () => {}}, async () => {
    await run('make', ['--silent', '-C', source], signal)
    const unreachable = (await isInstalled()) ? undefined : await install(signal)
    if (unreachable !== undefined) return {kind: 'missing', reason: unreachable}
    return {kind: 'ready', sdk: {library: `${source}lib`, module: `${source}node`}}
  })
}

async function findLacking(): Promise<string | undefined> {
  if (!existsSync(source)) {
    return "the sources of the stand-in for SAP's RFC library do not come with the package, only with a checkout of erpsync"
  }
  const platform = `${process.platform}-${process.arch}`
  if (platform !== 'linux-x64') return `the stand-in for SAP's RFC library is for linux-x64, this is ${platform}`
  for (const program of ['make', process.env.CC ?? 'cc', 'npm']) {
    if (!(await isThere(program))) return `${program} was not found, and the stand-in for SAP's RFC library needs it`
  }
  return undefined
}

async function isThere(program: string): Promise<boolean> {
  try {
    await promisify(execFile)(program, ['--version'], {timeout: commandMs})
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Whether what lies there is what the lock file wants. */
async function isInstalled(): Promise<boolean> {
  const [wanted, present] = await Promise.all([
    readPackages(`${source}node/package-lock.json`),
    readPackages(`${source}node/node_modules/.package-lock.json`).catch((): Packages => ({})),
  ])
  const names = Object.keys(wanted).filter((name) => name !== '')
  return names.every((name) => present[name]?.integrity === wanted[name]?.integrity)
}

type Packages = Readonly<Record<string, {readonly integrity?: string}>>

async function readPackages(file: string): Promise<Packages> {
  const lock: {packages: Packages} = JSON.parse(await readFile(file, 'utf8'))
  return lock.packages
}

/** Says why where the registry is out of reach; any other failure is thrown, since it is one of ours. */
async function install(signal: AbortSignal): Promise<string | undefined> {
  try {
    await run('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], signal, `${source}node`)
    return undefined
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    const code = /^npm (?:error|ERR!) code (\w+)/m.exec(said)?.[1] ?? ''
    if (!outOfReach.includes(code)) throw error
    return `node-rfc could not be installed: npm reports ${code}`
  }
}

async function run(program: string, args: readonly string[], signal: AbortSignal, cwd = source): Promise<void> {
  await promisify(execFile)(program, args, {cwd, signal, timeout: commandMs, maxBuffer: 16 * 1024 * 1024})
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

const source = fileURLToPath(new URL('../../../../test/sapnwrfc/', import.meta.url))
const lockFolder = fileURLToPath(new URL('../../../../.cache/rfc-standin', import.meta.url))
const lockMs = 240_000
const commandMs = 120_000
const outOfReach = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENETUNREACH', 'ENOTCACHED']
