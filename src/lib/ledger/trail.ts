import type {Queryable} from '#lib/db/database.js'
import {toJsonb} from '#lib/db/jsonb.js'

/** Who did something by hand, and why. */
export interface Operator {
  readonly actor: string
  readonly host: string
  readonly reason: string
}

/** What somebody did by hand. */
export interface TrailEntry {
  readonly action: 'message.resolve' | 'message.resend' | 'key.release' | 'key.skip' | 'erp.call' | 'erp.called'
  /** Null for what concerns no flow, or no message. */
  readonly flow: string | null
  readonly messageId: string | null
  readonly detail: Readonly<Record<string, unknown>>
}

/** Adds to the operators' trail; belongs into the transaction of what was done. */
export async function recordAction(tx: Queryable, {actor, host, reason}: Operator, entry: TrailEntry): Promise<void> {
  await tx.query(
    `insert into erpsync.trail (actor, host, action, flow, message_id, reason, detail)
     values ($1, $2, $3, $4, $5, $6, $7::jsonb)`,
    [actor, host, entry.action, entry.flow, entry.messageId, reason, toJsonb(entry.detail)],
  )
}
