import {accessSync, constants, readdirSync, realpathSync} from 'node:fs'
import {basename, delimiter, dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

/** The folder of PostgreSQL's server programs: on the PATH, else where packages put them, newest first. */
export function findPostgres(path: string): string | undefined {
  const installed = [
    ...versionsIn('/usr/lib/postgresql', 'bin'),
    ...versionsIn('/opt/homebrew/opt', 'bin', 'postgresql@'),
    ...versionsIn('/usr/local/opt', 'bin', 'postgresql@'),
  ]
  const needed = ['initdb', 'postgres']
  return [...foldersOf(path), ...installed].find((folder) => needed.every((name) => isProgram(join(folder, name))))
}

/** RabbitMQ's own start script, if Erlang is there too. */
export function findRabbitmq(path: string): string | undefined {
  if (findEpmd(path) === undefined) return undefined
  const folders = ['/usr/lib/rabbitmq/bin', '/opt/homebrew/sbin', '/usr/local/sbin', ...foldersOf(path)]
  return folders
    .map((folder) => join(folder, 'rabbitmq-server'))
    .find((file) => isProgram(file) && !isDebianWrapper(file))
}

/** Erlang's port mapper: on the PATH, else beside the Erlang that is on the PATH. */
export function findEpmd(path: string): string | undefined {
  const besideErlang = foldersOf(path)
    .map((folder) => join(folder, 'erl'))
    .filter(isProgram)
    .map((erl) => dirname(realpathSync(erl)))
  return [...foldersOf(path), ...besideErlang].map((folder) => join(folder, 'epmd')).find(isProgram)
}

/** The start script of this very package. */
export function findErpsync(): string {
  return fileURLToPath(new URL('../../../../bin/run.js', import.meta.url))
}

function foldersOf(path: string): string[] {
  return path.split(delimiter).filter((folder) => folder !== '')
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Debian's wrapper changes to the user and the folders of the system's own broker. */
function isDebianWrapper(file: string): boolean {
  return basename(realpathSync(file)) === 'rabbitmq-script-wrapper'
}

function versionsIn(parent: string, folder: string, prefix = ''): string[] {
  return entriesOf(parent)
    .filter((name) => name.startsWith(prefix) && /^\d/.test(name.slice(prefix.length)))
    .toSorted((left, right) => parseFloat(right.slice(prefix.length)) - parseFloat(left.slice(prefix.length)))
    .map((name) => join(parent, name, folder))
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
