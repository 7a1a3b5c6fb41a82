import {hostname, userInfo} from 'node:os'
import {Flags} from '@oclif/core'
import type {Operator} from '#lib/ledger/trail.js'

/** Who is recorded as having done it. */
export const actorFlag = Flags.string({
  summary: 'operator to record',
  env: 'ERPSYNC_ACTOR',
  default: async () => process.env.SUDO_USER ?? userInfo().username,
  defaultHelp: async () => 'who is logged on',
  noCacheDefault: true,
})

/** Flags of commands whose doing is written to the operators' trail. */
export const operatorFlags = {
  actor: actorFlag,
  reason: Flags.string({summary: 'why, for the trail', required: true, env: 'ERPSYNC_REASON'}),
}

export function operatorOf({actor, reason}: {readonly actor: string; readonly reason: string}): Operator {
  return {actor, reason, host: hostname()}
}
