import type {Flow} from '#lib/config/load.js'
import {exitCodes, type ExitCode} from '#lib/kernel/exit-codes.js'
import type {Failure} from '#lib/kernel/failure.js'
import {openConnector} from './open-connector.js'

/** What one flow's service in SAP answered. */
export type Ping = {readonly flow: string; readonly destination: string} & (
  | {readonly isReachable: true; readonly system: string; readonly latencyMs: number}
  | {readonly isReachable: false; readonly failure: Failure}
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

async function pingFlow({name, destination, target, operation}: Flow, signal: AbortSignal): Promise<Ping> {
  const connector = openConnector(destination, target, operation)
  try {
    const outcome = await connector.ping(signal)
    const place = {flow: name, destination}
    return 'failure' in outcome ? {...place, isReachable: false, ...outcome} : {...place, isReachable: true, ...outcome}
  } finally {
    await connector.close()
  }
}

/** SAP answered, and takes no call of this user. */
const credentialCodes: ReadonlySet<string> = new Set([
  'http:401',
  'http:403',
  'rfc:LOGON_FAILURE',
  'rfc:AUTHENTICATION_FAILURE',
  'rfc:AUTHORIZATION_FAILURE',
])

function verdict(ping: Ping): ExitCode {
  if (ping.isReachable) return exitCodes.ok
  const {class: kind, code} = ping.failure
  switch (kind) {
    case 'config':
      return code.startsWith('sap:') || credentialCodes.has(code) ? exitCodes.credentials : exitCodes.configuration
    case 'permanent':
      return exitCodes.configuration
    case 'transient':
    case 'throttled':
    case 'conflict':
    case 'in_doubt':
      return exitCodes.unreachable
  }
}
