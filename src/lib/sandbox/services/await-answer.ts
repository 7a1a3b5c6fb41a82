import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isAnswering} from './answering.js'
import {isAlive} from './process-identity.js'
import {logFile} from './processes.js'
import {serviceTitles, type ServiceName} from './service.js'
import {addressesOf, type ServiceState} from './state.js'
import {waitUntil} from './wait-until.js'

/**
 * Waits until a service that was started answers.
 *
 * @throws ErpSyncError 69 with the end of its log if it ends instead, or takes too long.
 */
export async function awaitAnswer(name: ServiceName, service: ServiceState, signal: AbortSignal): Promise<void> {
  const answers = async () => {
    if (hasEnded(service)) throw notAnswering(name, service, 'has ended right after its start')
    return isAnswering(name, addressesOf(service))
  }
  if (await waitUntil(answers, {timeoutMs, signal, everyMs: 200})) return
  throw notAnswering(name, service, `does not answer ${timeoutMs / 1000} s after its start`)
}

function hasEnded(service: ServiceState): boolean {
  return service.kind === 'local' && !service.processes.every(isAlive)
}

function notAnswering(name: ServiceName, service: ServiceState, what: string): ErpSyncError {
  return new ErpSyncError(`${serviceTitles[name]} ${what}.${endOfLog(service)}`, {
    code: 'service_unreachable',
    exitCode: exitCodes.unreachable,
    hint: `To begin anew, type: erpsync sandbox down --only ${name} (deletes its data), then: erpsync sandbox up`,
  })
}

function endOfLog(service: ServiceState): string {
  switch (service.kind) {
    case 'given':
      return ''
    case 'container':
      return ` Its log: docker logs ${service.name}`
    case 'local': {
      const path = join(service.plan.folder, logFile)
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-8)
      return ` The end of ${path}:\n${lines.map((line) => `  ${line}`).join('\n')}`
    }
  }
}

const timeoutMs = 120_000
