import {hostname} from 'node:os'
import {Flags} from '@oclif/core'
import type {Operator} from '#lib/ledger/trail.js'
import {actorFlag} from './actor-flag.js'

/** Why something is done; kept on the trail. */
export const reasonFlag = Flags.custom<string>({
  summary: 'why, for the trail',
  env: 'ERPSYNC_REASON',
  parse: async (text) => requireText('--reason', text),
})

/** Flags of commands whose doing is written to the operators' trail. */
export const operatorFlags = {
  actor: actorFlag(),
  reason: reasonFlag({required: true}),
  ticket: Flags.string({
    summary: 'ticket it belongs to, for the trail',
    env: 'ERPSYNC_TICKET',
    parse: async (text) => requireText('--ticket', text),
  }),
}

/** The same for what is on the trail under certain circumstances only. */
export const optionalOperatorFlags = {...operatorFlags, reason: reasonFlag()}

/** The same where nobody has to say why. */
export const freeOperatorFlags = {...operatorFlags, reason: reasonFlag({default: 'none given'})}

interface OperatorFlags {
  readonly actor: string
  /** Undefined only where the flags see to it that there is one. */
  readonly reason: string | undefined
  readonly ticket: string | undefined
}

/** Who runs a command, by its flags and its id. */
export function operatorOf({id}: {readonly id: string | undefined}, flags: OperatorFlags): Operator {
  const {actor, reason = '', ticket = null} = flags
  return {actor, host: hostname(), command: (id ?? '').replaceAll(':', ' '), reason, ticket}
}

async function requireText(flag: string, text: string): Promise<string> {
  if (text.trim() !== '') return text
  throw new Error(`${flag} takes a text that says something; got none`)
}
