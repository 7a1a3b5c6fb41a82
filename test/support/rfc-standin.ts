import {mkdir, readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {withLock} from '#lib/sandbox/services/lock.js'
import {commandMs, findLacking, findUnloadable, hasSanitizers, run} from './rfc-machine.js'
import {skipSuite} from './skip-suite.js'

/** What stands in for SAP's: our library, and the real node-rfc that is loaded upon it. */
export interface RfcSdk {
  /** The folder of libsapnwrfc.so and libsapucum.so. */
  readonly library: string
  /** The folder whose node_modules has node-rfc. */
  readonly module: string
}

type Outcome = {readonly kind: 'ready'; readonly sdk: RfcSdk} | {readonly kind: 'missing'; readonly reason: string}

let prepared: Promise<Outcome> | undefined

/**
 * Builds the library and installs node-rfc, its scripts ignored, once; later
 * calls and later runs reuse both. Undefined where the machine cannot have them.
 */
export async function rfcSdk(): Promise<RfcSdk | undefined> {
  const outcome = await prepareOnce()
  return outcome.kind === 'ready' ? outcome.sdk : undefined
}

/** The same for a `before` hook, which gets the time it needs; skips the suite, with the reason, where it cannot be had. */
export async function requireRfcSdk(context: Mocha.Context): Promise<RfcSdk> {
  context.timeout(lockMs + 2 * commandMs)
  const outcome = await prepareOnce()
  return outcome.kind === 'ready' ? outcome.sdk : skipSuite(context, outcome.reason)
}

/** The report of the tests in C, under the sanitizers; skips the suite where the compiler has none. */
export async function checkLibrary(context: Mocha.Context): Promise<string> {
  await requireRfcSdk(context)
  if (!(await hasSanitizers())) return skipSuite(context, 'the C compiler has no address sanitizer')
  return underLock(async () => run('make', ['--silent', 'check'], source))
}

async function prepareOnce(): Promise<Outcome> {
  prepared ??= prepare()
  return prepared
}

async function prepare(): Promise<Outcome> {
  const lacking = await findLacking()
  if (lacking !== undefined) return {kind: 'missing', reason: lacking}
  return underLock(async () => {
    await run('make', ['--silent'], source)
    const unreachable = (await isInstalled()) ? undefined : await install()
    if (unreachable !== undefined) return {kind: 'missing', reason: unreachable}
    const sdk = {library: `${source}lib`, module: `${source}node`}
    const unloadable = await findUnloadable(sdk)
    return unloadable === undefined ? {kind: 'ready', sdk} : {kind: 'missing', reason: unloadable}
  })
}

/** Two runs of the tests do not build in the same folder at once. */
async function underLock<Result>(work: () => Promise<Result>): Promise<Result> {
  await mkdir(lockFolder, {recursive: true})
  return withLock(lockFolder, {timeoutMs: lockMs, signal: AbortSignal.timeout(lockMs), report: () => {}}, work)
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
async function install(): Promise<string | undefined> {
  try {
    await run('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], `${source}node`)
    return undefined
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    const code = /^npm (?:error|ERR!) code (\w+)/m.exec(said)?.[1] ?? ''
    if (!outOfReach.includes(code)) throw error
    return `node-rfc could not be installed: npm reports ${code}`
  }
}

const source = fileURLToPath(new URL('../../test/sapnwrfc/', import.meta.url))
const lockFolder = fileURLToPath(new URL('../../.cache/rfc-standin', import.meta.url))
const lockMs = 240_000
const outOfReach = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENETUNREACH', 'ENOTCACHED']
