import {hostname} from 'node:os'
import {Flags} from '@oclif/core'
import type {Operator} from '#lib/ledger/trail.js'
import {actorFlag} from './actor-flag.js'

/** Flags of commands whose doing is written to the operators' trail. */
export const operatorFlags = {
  actor: actorFlag(),
  reason: Flags.string({summary: 'why, for the trail', required: true, env: 'ERPSYNC_REASON'}),
}

export function operatorOf({actor, reason}: {readonly actor: string; readonly reason: string}): Operator {
  return {actor, reason, host: hostname()}
}
