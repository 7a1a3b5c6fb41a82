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
  | 'db.prune'
  | 'db.pruned'
  | 'destination.pause'
  | 'destination.resume'
  | 'dlq.discard'
  | 'dlq.edit'
  | 'dlq.export'
  | 'dlq.fix'
  | 'dlq.fixed'
  | 'dlq.import'
  | 'dlq.imported'
  | 'dlq.restore'
  | 'erp.call'
  | 'erp.called'
  | 'flow.pause'
  | 'flow.resume'
  | 'group.acknowledge'
  | 'group.assign'
  | 'group.note'
  | 'group.snooze'
  | 'job.forget'
  | 'key.release'
  | 'key.skip'
  | 'letter.regroup'
  | 'letter.tag'
  | 'message.resend'
  | 'message.resolve'
  | 'operation.cancel'
  | 'operation.finish'
  | 'operation.pause'
  | 'operation.resume'
  | 'operation.retry'
  | 'operation.start'
  | 'operation.stop'
  | 'personal.unmask'
  | 'resync.cancel'
  | 'resync.finish'
  | 'resync.pause'
  | 'resync.resume'
  | 'resync.start'
  | 'resync.stop'

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
  await recordActions(tx, operator, [entry])
}

/** Adds many entries, in their order, by one statement; the same holds of it. */
export async function recordActions(tx: Queryable, operator: Operator, entries: readonly TrailEntry[]): Promise<void> {
  const {actor, host, command, reason, ticket} = operator
  await tx.query(
    `insert into erpsync.trail (actor, host, command, reason, ticket, action, operation_id, flow, message_id, letter_id,
                                group_id, before, after)
     select $1, $2, $3, $4, $5, e.action, e.operation_id, e.flow, e.message_id, e.letter_id, e.group_id,
            e.before::jsonb, e.after::jsonb
       from unnest($6::text[], $7::text[], $8::text[], $9::uuid[], $10::uuid[], $11::text[], $12::text[], $13::text[])
            with ordinality
         as e (action, operation_id, flow, message_id, letter_id, group_id, before, after, number)
      order by e.number`,
    [
      actor,
      host,
      command,
      reason,
      ticket,
      entries.map(({action}) => action),
      entries.map(({operationId}) => operationId),
      entries.map(({flow}) => flow),
      entries.map(({messageId}) => messageId),
      entries.map(({letterId}) => letterId),
      entries.map(({groupId}) => groupId),
      entries.map(({before}) => toJsonb(before)),
      entries.map(({after}) => toJsonb(after)),
    ],
  )
}
