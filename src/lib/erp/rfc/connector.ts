import type {RfcDestination, RfcOperation} from '#lib/config/rfc-kind.js'
import type {ErpConnector, ErpDocument, ProbeOutcome} from '#lib/erp/connector.js'
import {messagesOf} from '#lib/erp/message-table.js'
import {redactorOf} from '#lib/erp/http/redact.js'
import {RfcHost} from './host.js'
import {InterfaceBook} from './interface-book.js'
import {lookUpByFunction} from './look-up-function.js'
import {lookUpInTable} from './look-up-table.js'
import {compileLookUp} from './mapping.js'
import {describeObstacle} from './obstacle.js'
import {pingSystem} from './ping.js'
import {secretsOf, type Target} from './target.js'
import {submitUnit} from './unit-of-work.js'

interface RfcConnectorInput {
  readonly destination: Omit<RfcDestination, 'breaker'>
  readonly operation: RfcOperation
}

/**
 * A connector for one operation by RFC. Connectors of one destination (the same
 * settings object) share one process with SAP's library, which ends with the
 * last of them.
 */
export function openRfcConnector({destination, operation}: RfcConnectorInput): ErpConnector {
  const shared = shareHost(destination)
  const target: Target = {
    host: shared.host,
    operation,
    timeoutMs: destination.timeout,
    interfaces: shared.interfaces,
    findMessage: messagesOf(operation),
    redact: redactorOf(secretsOf(destination)),
  }
  const lookUp = once(async () => compileLookUp(operation.probe))
  return {
    prepare: async () => {
      const obstacle = await shared.host.start()
      return obstacle && describeObstacle(obstacle)
    },
    submit: async (document, signal) => submitUnit(target, document, signal),
    probe: async (document, signal) => probe(target, lookUp, document, signal),
    // A call that changes an object writes the state whole, whatever SAP held before.
    ...(operation.method === 'change'
      ? {
          amend: async (document, signal) => submitUnit(target, document, signal),
          probeAmended: async (document, signal) => probe(target, lookUp, document, signal),
        }
      : {}),
    ping: async (signal) => pingSystem(target, signal),
    close: once(async () => leaveHost(destination, shared)),
  }
}

async function probe(
  target: Target,
  compile: () => ReturnType<typeof compileLookUp>,
  document: ErpDocument,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const {probe: settings} = target.operation
  switch (settings.kind) {
    case 'table':
      return lookUpInTable(target, settings, document, signal)
    case 'function': {
      const lookUp = await compile()
      if (lookUp === undefined) throw new Error('a look-up by a function without one')
      return lookUpByFunction(target, settings, lookUp, document, signal)
    }
  }
}

interface SharedHost {
  readonly host: RfcHost
  readonly interfaces: InterfaceBook
  users: number
}

function shareHost(destination: RfcConnectorInput['destination']): SharedHost {
  const {connection, sdk, limits} = destination
  const known = hosts.get(destination)
  if (known !== undefined) {
    known.users += 1
    return known
  }
  const wanted = Math.max(limits.concurrency, limits.adaptive?.ceiling ?? 0)
  const max = Math.min(wanted, mostConnections)
  const shared = {host: new RfcHost({connection, sdk, max}), interfaces: new InterfaceBook(), users: 1}
  hosts.set(destination, shared)
  return shared
}

async function leaveHost(destination: RfcConnectorInput['destination'], shared: SharedHost): Promise<void> {
  shared.users -= 1
  if (shared.users > 0) return
  hosts.delete(destination)
  await shared.host.close()
}

function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined
  return async () => (made ??= make())
}

/** Held until the last connector is closed; the only state of this room outside a connector. */
const hosts = new Map<RfcConnectorInput['destination'], SharedHost>()
/** SAP's library keeps a process to 200 conversations. */
const mostConnections = 190
