import {hostname} from 'node:os'
import {Flags} from '@oclif/core'
import type {Operator} from '#lib/ledger/trail.js'
import {actorFlag} from './actor-flag.js'

/** Flags of commands whose doing is written to the operators' trail. */
export const operatorFlags = {
  actor: actorFlag(),
  reason: Flags.string({summary: 'why, for the trail', required: true, env: 'ERPSYNC_REASON'}),
  ticket: Flags.string({summary: 'ticket it belongs to, for the trail', env: 'ERPSYNC_TICKET'}),
}

/** The same where a reason may be given, but need not. */
export const freeOperatorFlags = {
  ...operatorFlags,
  reason: Flags.string({summary: 'why, for the trail', default: 'none given', env: 'ERPSYNC_REASON'}),
}

interface OperatorFlags {
  readonly actor: string
  readonly reason: string
  readonly ticket: string | undefined
}

/** Who runs a command, by its flags and its id. */
export function operatorOf({id}: {readonly id: string | undefined}, flags: OperatorFlags): Operator {
  const {actor, reason, ticket = null} = flags
  return {actor, host: hostname(), command: (id ?? '').replaceAll(':', ' '), reason, ticket}
}
