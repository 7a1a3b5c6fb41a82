import {existsSync} from 'node:fs'
import {mkdir, readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {z} from 'zod'
import {withLock} from '#lib/sandbox/services/lock.js'
import {findLacking, findUnloadable, run} from './machine.js'

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
 * Builds the stand-in for SAP's RFC library from the sources in a checkout, and
 * installs node-rfc beside it, its scripts ignored. What is there already is
 * used again; where they cannot be had, it says why.
 */
export async function prepareStandIn(): Promise<StandIn> {
  if (!existsSync(standInFolder)) return {kind: 'missing', reason: noSources}
  const lacking = await findLacking()
  if (lacking !== undefined) return {kind: 'missing', reason: lacking}
  return whileNobodyBuilds(async () => {
    await run('make', ['--silent'], standInFolder)
    const unreachable = (await isInstalled()) ? undefined : await install()
    if (unreachable !== undefined) return {kind: 'missing', reason: unreachable}
    const sdk = {library: `${standInFolder}lib`, module: `${standInFolder}node`}
    const unloadable = await findUnloadable(sdk)
    return unloadable === undefined ? {kind: 'ready', sdk} : {kind: 'missing', reason: unloadable}
  })
}

/** Two processes do not build in the same folder at once. */
export async function whileNobodyBuilds<Result>(work: () => Promise<Result>): Promise<Result> {
  await mkdir(lockFolder, {recursive: true})
  return withLock(lockFolder, {timeoutMs: lockMs, signal: AbortSignal.timeout(lockMs), report: () => {}}, work)
}

/** Whether what lies there is what the lock file wants. */
async function isInstalled(): Promise<boolean> {
  const [wanted, present] = await Promise.all([
    readPackages(`${standInFolder}node/package-lock.json`),
    readPackages(`${standInFolder}node/node_modules/.package-lock.json`).catch((): Packages => ({})),
  ])
  const names = Object.keys(wanted).filter((name) => name !== '')
  return names.every((name) => present[name]?.integrity === wanted[name]?.integrity)
}

async function readPackages(file: string): Promise<Packages> {
  return lockFile.parse(JSON.parse(await readFile(file, 'utf8'))).packages
}

/** Says why where the registry is out of reach; any other failure is thrown, since it is one of ours. */
async function install(): Promise<string | undefined> {
  try {
    await run('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], `${standInFolder}node`)
    return undefined
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    const code = /^npm (?:error|ERR!) code (\w+)/m.exec(said)?.[1] ?? ''
    if (!outOfReach.includes(code)) throw error
    return `node-rfc could not be installed: npm reports ${code}`
  }
}

const lockFile = z.object({packages: z.record(z.string(), z.object({integrity: z.string().optional()}))})

type Packages = z.output<typeof lockFile>['packages']

/** Part of a checkout, and of no package. */
export const standInFolder = fileURLToPath(new URL('../../../../test/sapnwrfc/', import.meta.url))
const noSources =
  "the sources of the stand-in for SAP's RFC library come with a checkout of erpsync, not with the package"
const lockFolder = fileURLToPath(new URL('../../../../.cache/rfc-standin', import.meta.url))
const lockMs = 240_000
const outOfReach = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENETUNREACH', 'ENOTCACHED']
