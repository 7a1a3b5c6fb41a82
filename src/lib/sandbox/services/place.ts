import {chown, mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {canEnter} from './postgres-account.js'
import type {Account, ServiceName} from './service.js'

/**
 * Makes the folder of a service: inside the sandbox, or, if the account that
 * needs it cannot enter there (a checkout under /root), among the temporary files.
 */
export async function makePlace(sandbox: string, service: ServiceName, account?: Account): Promise<string> {
  const inside = join(sandbox, service)
  if (account === undefined) {
    await mkdir(inside, {recursive: true})
    return inside
  }
  if (canEnter(sandbox, account)) return makeOwned(inside, account)
  for (const parent of [tmpdir(), '/var/tmp']) {
    if (canEnter(parent, account)) return makeTemporary(parent, service, account)
  }
  throw new ErpSyncError(
    `The account that runs ${service} (uid ${account.uid}) can enter neither ${sandbox} nor ${tmpdir()}.`,
    {
      code: 'no_place',
      exitCode: exitCodes.unreachable,
      hint: 'Name a folder that it can enter: erpsync sandbox up --dir DIR',
    },
  )
}

/** Empties the folder of a service whose first start was not finished. */
export async function clearPlace(folder: string, account?: Account): Promise<void> {
  await rm(folder, {recursive: true, force: true, maxRetries: 5})
  await mkdir(folder, {recursive: true})
  if (account !== undefined) await chown(folder, account.uid, account.gid)
}

async function makeOwned(folder: string, account: Account): Promise<string> {
  await mkdir(folder, {recursive: true})
  await chown(folder, account.uid, account.gid)
  return folder
}

async function makeTemporary(parent: string, service: ServiceName, {uid, gid}: Account): Promise<string> {
  const folder = await mkdtemp(join(parent, `erpsync-sandbox-${service}-`))
  await chown(folder, uid, gid)
  return folder
}
