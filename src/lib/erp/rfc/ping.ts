import type {PingOutcome} from '#lib/erp/connector.js'
import type {Failure} from '#lib/kernel/failure.js'
import {judgeError, judgeLease} from './judge.js'
import {describeObstacle} from './obstacle.js'
import {monotonicMs} from './protocol.js'
import type {Access} from './target.js'

/** Logs on, if nobody is, and asks for a sign of life. */
export async function pingSystem(
  access: Access,
  signal: AbortSignal,
): Promise<PingOutcome | {readonly failure: Failure}> {
  const {host, timeoutMs} = access
  const leased = await host.lease([pingFunction], monotonicMs() + timeoutMs, signal)
  if (leased.kind === 'unusable') return {failure: describeObstacle(leased.obstacle)}
  if (leased.kind === 'failed') return {failure: judgeLease(access, leased, 'call')}
  const startedAt = performance.now()
  const result = await leased.lease.call(pingFunction, {}, monotonicMs() + timeoutMs, signal)
  const latencyMs = Math.round(performance.now() - startedAt)
  const {sysId, client, release, user, language} = leased.lease.system
  leased.lease.release()
  if (!result.ok)
    return {failure: judgeError(access, result.error, {phase: 'read', stage: 'call', title: pingFunction})}
  return {
    latencyMs,
    system: `RFC ${sysId} client ${client} user ${user} language ${language}${release === '' ? '' : ` release ${release}`}`,
    logon: {system: sysId, client, user, language},
  }
}

const pingFunction = 'RFC_PING'
