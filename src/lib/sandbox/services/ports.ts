import {randomInt} from 'node:crypto'
import {once} from 'node:events'
import {createServer} from 'node:net'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Ports} from './service.js'

/**
 * Finds a free loopback port for each name. They lie below the range from which
 * systems take the ports of outgoing connections, so that a service that is
 * stopped for a while finds its ports free when it comes back.
 */
export async function findFreePorts(names: readonly string[]): Promise<Ports> {
  const ports = new Set<number>()
  for (let tries = 0; ports.size < names.length; tries++) {
    if (tries === maxTries) throw noFreePort()
    const port = randomInt(lowest, highest)
    if (!ports.has(port) && (await isFree(port))) ports.add(port)
  }
  const found = [...ports]
  return Object.fromEntries(names.map((name, index) => [name, found[index] ?? 0]))
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

function noFreePort(): ErpSyncError {
  return new ErpSyncError(`No free port was found on 127.0.0.1 between ${lowest} and ${highest}.`, {
    code: 'no_free_port',
    exitCode: exitCodes.unreachable,
  })
}

const lowest = 20_000
const highest = 32_000
const maxTries = 500
