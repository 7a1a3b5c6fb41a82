import type {Queryable, Transaction} from '#lib/db/database.js'
import {toJsonb} from '#lib/db/jsonb.js'
import {transition} from '#lib/kernel/state.js'
import type {Operator} from './trail.js'

/** A corrected payload, as it is to be written. */
export interface NewRevision {
  readonly messageId: string
  /** The revision that was corrected: if there is a newer one by now, nothing is written. */
  readonly basedOn: number
  readonly payload: unknown
  /** SHA-256 of the payload in hex. */
  readonly hash: string
  /** What was changed, as JSON Patch. */
  readonly patch: unknown
}

/** A payload as it was, or is. */
export interface Revision {
  readonly number: number
  readonly madeAt: Date
  /** Null for the first, which the producer made. */
  readonly madeBy: string | null
  readonly host: string | null
  readonly reason: string | null
  readonly operationId: string | null
  readonly payload: unknown
}

/**
 * Gives dead messages, which are locked, a new payload; what they were accepted
 * with is kept as revision 0. Id, key, version and reference stay.
 *
 * @returns the ids of those that were written; the others are not dead, or were corrected meanwhile.
 */
export async function writeRevisions(
  tx: Transaction,
  revisions: readonly NewRevision[],
  {actor, host, reason}: Operator,
  operationId: string | null,
): Promise<ReadonlySet<string>> {
  const columns = [
    revisions.map(({messageId}) => messageId),
    revisions.map(({basedOn}) => basedOn),
    transition('replayed').from,
  ]
  await tx.query(
    `insert into erpsync.payload_revision (message_id, number, payload, payload_hash, made_at)
     select m.id, 0, m.payload, m.payload_hash, m.accepted_at
       from unnest($1::uuid[], $2::integer[]) as new (id, based_on)
       join erpsync.message m on m.id = new.id
      where m.revision = 0
        and new.based_on = 0
        and m.state = any ($3)
         on conflict do nothing`,
    columns,
  )
  const {rows} = await tx.query<{id: string}>(
    `update erpsync.message m
        set payload = new.payload::jsonb, payload_hash = decode(new.hash, 'hex'), revision = m.revision + 1
       from unnest($1::uuid[], $2::integer[], $4::text[], $5::text[]) as new (id, based_on, payload, hash)
      where m.id = new.id
        and m.revision = new.based_on
        and m.state = any ($3)
     returning m.id`,
    [...columns, revisions.map(({payload}) => JSON.stringify(payload)), revisions.map(({hash}) => hash)],
  )
  const written = new Set(rows.map(({id}) => id))
  await tx.query(
    `insert into erpsync.payload_revision
            (message_id, number, payload, payload_hash, made_by, host, reason, operation_id, patch)
     select m.id, m.revision, m.payload, m.payload_hash, $3, $4, $5, $6, new.patch::jsonb
       from unnest($1::uuid[], $2::text[]) as new (id, patch)
       join erpsync.message m on m.id = new.id`,
    [...columnsOf(revisions.filter(({messageId}) => written.has(messageId))), actor, host, reason, operationId],
  )
  return written
}

/** All revisions of a message's payload, the first one first; none if it was never corrected. */
export async function readRevisions(database: Queryable, messageId: string): Promise<readonly Revision[]> {
  const {rows} = await database.query<RevisionRow>(
    `select number, made_at, made_by, host, reason, operation_id, payload
       from erpsync.payload_revision
      where message_id = $1
      order by number`,
    [messageId],
  )
  return rows.map(({made_at, made_by, operation_id, ...same}) => ({
    ...same,
    madeAt: made_at,
    madeBy: made_by,
    operationId: operation_id,
  }))
}

/** What messages held before they were corrected, by their ids; those that never were are missing. */
export async function readFormerPayloads(
  database: Queryable,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const {rows} = await database.query<{message_id: string; payloads: unknown[]}>(
    `select message_id, jsonb_agg(payload order by number) as payloads
       from erpsync.payload_revision
      where message_id = any ($1::uuid[])
      group by message_id`,
    [messageIds],
  )
  return new Map(rows.map(({message_id, payloads}) => [message_id, payloads]))
}

function columnsOf(revisions: readonly NewRevision[]): readonly unknown[] {
  return [revisions.map(({messageId}) => messageId), revisions.map(({patch}) => toJsonb(patch))]
}

interface RevisionRow {
  readonly number: number
  readonly made_at: Date
  readonly made_by: string | null
  readonly host: string | null
  readonly reason: string | null
  readonly operation_id: string | null
  readonly payload: unknown
}
