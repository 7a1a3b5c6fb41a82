import type {Flow} from '#lib/config/load.js'
import type {DestinationSettings} from '#lib/config/schema.js'
import {exitCodes, type ExitCode} from '#lib/kernel/exit-codes.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {ErpConnector, PingOutcome} from './connector.js'
import {failureExitCode} from './failure-exit-code.js'
import {openConnector} from './open-connector.js'
import {openRfcLine} from './rfc/by-hand/line.js'

/** What one flow's service in SAP answered; without a flow, what a destination did. */
export type Ping = {readonly flow: string | null; readonly destination: string} & (
  ({readonly isReachable: true} & PingOutcome) | {readonly isReachable: false; readonly failure: Failure}
)

/** Asks the service of every flow for a sign of life, one after another. */
export async function pingFlows(flows: readonly Flow[], signal: AbortSignal): Promise<readonly Ping[]> {
  const pings: Ping[] = []
  for (const flow of flows) pings.push(await pingFlow(flow, signal))
  return pings
}

/** The flow or the flows of the destination of that name; all without a name. */
export function selectFlows(flows: readonly Flow[], name: string | undefined): readonly Flow[] {
  if (name === undefined) return flows
  const named = flows.filter((flow) => flow.name === name)
  return named.length > 0 ? named : flows.filter(({destination}) => destination === name)
}

/** The exit code for a round of pings: what a person must mend comes before what may pass by itself. */
export function exitCodeOf(pings: readonly Ping[]): ExitCode {
  const codes = new Set(pings.map(verdict))
  const [worst] = [exitCodes.credentials, exitCodes.configuration, exitCodes.unreachable].filter((code) =>
    codes.has(code),
  )
  return worst ?? exitCodes.ok
}

/** Asks a destination without flows; undefined for one of a kind that cannot be asked without an operation. */
export async function pingDestination(
  name: string,
  destination: DestinationSettings | undefined,
  signal: AbortSignal,
): Promise<Ping | undefined> {
  switch (destination?.kind) {
    case 'rfc':
      return ping({flow: null, destination: name}, openRfcLine(destination), signal)
    case 'odata':
    case 'idoc':
    case 'null':
    case undefined:
      return undefined
  }
}

async function pingFlow({name, destination, target, operation}: Flow, signal: AbortSignal): Promise<Ping> {
  return ping({flow: name, destination}, openConnector(destination, target, operation, name), signal)
}

async function ping(
  place: Pick<Ping, 'flow' | 'destination'>,
  connector: Pick<ErpConnector, 'ping' | 'close'>,
  signal: AbortSignal,
): Promise<Ping> {
  try {
    const outcome = await connector.ping(signal)
    return 'failure' in outcome ? {...place, isReachable: false, ...outcome} : {...place, isReachable: true, ...outcome}
  } finally {
    await connector.close()
  }
}

function verdict(ping: Ping): ExitCode {
  return ping.isReachable ? exitCodes.ok : failureExitCode(ping.failure)
}
