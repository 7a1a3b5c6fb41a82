import type {Queryable} from '#lib/db/database.js'
import {toJsonb} from '#lib/db/jsonb.js'

/** Who did something by hand, with which command, and why. */
export interface Operator {
  readonly actor: string
  readonly host: string
  /** The command without its arguments, e.g. `key skip`: those may hold what is not to be kept. */
  readonly command: string
  readonly reason: string
  readonly ticket: string | null
}

/** What can be done by hand. */
export type TrailAction =
  | 'destination.pause'
  | 'destination.resume'
  | 'erp.call'
  | 'erp.called'
  | 'flow.pause'
  | 'flow.resume'
  | 'key.release'
  | 'key.skip'
  | 'message.resend'
  | 'message.resolve'
  | 'operation.cancel'
  | 'operation.finish'
  | 'operation.pause'
  | 'operation.resume'
  | 'operation.retry'
  | 'operation.start'
  | 'operation.stop'

/** What somebody did by hand, to what, and how it was before and after. */
export interface TrailEntry {
  readonly action: TrailAction
  readonly operationId?: string | undefined
  readonly flow?: string | undefined
  readonly messageId?: string | undefined
  readonly letterId?: string | undefined
  readonly groupId?: string | undefined
  readonly before?: Readonly<Record<string, unknown>> | undefined
  readonly after?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Adds to the operators' trail; belongs into the transaction of what was done,
 * as its last statement: the end of the chain is the last lock that is taken,
 * held until the commit, so that no two transactions wait for each other.
 */
export async function recordAction(tx: Queryable, operator: Operator, entry: TrailEntry): Promise<void> {
  const {actor, host, command, reason, ticket} = operator
  const {action, operationId, flow, messageId, letterId, groupId, before, after} = entry
  await tx.query(
    `insert into erpsync.trail (actor, host, command, action, operation_id, flow, message_id, letter_id, group_id,
                                before, after, reason, ticket)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11::jsonb, $12, $13)`,
    [
      actor,
      host,
      command,
      action,
      operationId,
      flow,
      messageId,
      letterId,
      groupId,
      toJsonb(before),
      toJsonb(after),
      reason,
      ticket,
    ],
  )
}
