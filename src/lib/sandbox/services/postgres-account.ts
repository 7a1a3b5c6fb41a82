import {spawnSync} from 'node:child_process'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {runProgram} from './run-program.js'
import type {Account} from './service.js'

/** The account PostgreSQL must run as: it refuses root, so root lends it another; anybody else runs it himself. */
export async function findPostgresAccount(
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const existing = lookUpAccount(accountName)
  if (existing !== undefined) return existing

  report(`PostgreSQL does not run as root: adding the system user "${accountName}".`)
  const args = ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', '--user-group', accountName]
  await runProgram({command: 'useradd', args, env: {}}, {timeoutMs: 30_000, signal})
  const added = lookUpAccount(accountName)
  if (added !== undefined) return added
  throw new ErpSyncError(`The system user "${accountName}" could not be added.`, {
    code: 'account_missing',
    exitCode: exitCodes.unreachable,
    hint: 'Run erpsync as a user other than root.',
  })
}

/** Whether an account may use what lies in that folder. */
export function canEnter(folder: string, account: Account): boolean {
  const {status} = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {cwd: '/', stdio: 'ignore', ...account})
  return status === 0
}

function lookUpAccount(name: string): Account | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const {stdout, status} = spawnSync('id', [flag, name], {encoding: 'utf8'})
    return status === 0 ? Number(stdout.trim()) : undefined
  })
  return uid === undefined || gid === undefined ? undefined : {uid, gid}
}

const accountName = 'postgres'
