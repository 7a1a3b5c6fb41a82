import {chownSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {runProgram} from './run-program.js'
import {sandboxUser, type Launch, type LocalService, type Plan, type Preparing} from './service.js'

/** A private PostgreSQL: one cluster, one superuser, one database, reached through loopback and by password only. */
export const postgres: LocalService = {
  portNames: ['postgres'],
  addresses: (ports, password) => ({
    ERPSYNC_POSTGRES_URL: `postgres://${sandboxUser}:${password}@127.0.0.1:${ports.postgres}/${database}`,
  }),
  prepare: prepareCluster,
  launches: (plan) => [serverOf(plan)],
  // SIGTERM would wait for the clients to leave; SIGINT sends them away and shuts down in good order.
  stopSignal: 'SIGINT',
  // SIGKILL would leave its children behind, holding the shared memory; SIGQUIT ends all at once without a checkpoint.
  crashSignal: 'SIGQUIT',
}

async function prepareCluster(plan: Plan, preparing: Preparing): Promise<void> {
  const {account, folder, addresses} = plan
  const running = {...preparing, timeoutMs: prepareMs, account}
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, `${new URL(addresses.ERPSYNC_POSTGRES_URL ?? '').password}\n`, {mode: 0o600})
  if (account !== undefined) chownSync(passwordFile, account.uid, account.gid)

  const initdb = [
    `--pgdata=${dataOf(plan)}`,
    `--username=${sandboxUser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ]
  await runProgram({command: join(plan.program, 'initdb'), args: initdb, env: {}}, running)
  const single = ['--single', '-D', dataOf(plan), 'postgres']
  await runProgram(
    {command: join(plan.program, 'postgres'), args: single, env: {}},
    {...running, input: `create database ${database}\n`},
  )
}

function serverOf(plan: Plan): Launch {
  const settings = {
    port: plan.ports.postgres,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: socketFolder(plan.folder),
    max_connections: 200,
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return {command: join(plan.program, 'postgres'), args: ['-D', dataOf(plan), ...args], env: {}}
}

/** A socket's path has a fixed length at most; where the folder's name is too long, TCP alone must do. */
function socketFolder(folder: string): string {
  return Buffer.byteLength(folder) > maxSocketFolder || folder.includes(',') ? '' : folder
}

function dataOf({folder}: Plan): string {
  return join(folder, 'data')
}

const database = 'erpsync'
const maxSocketFolder = 80
const prepareMs = 120_000
