import type {Queryable, Transaction} from '#lib/db/database.js'
import type {Intent} from '#lib/kernel/intent.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import {versionRank} from '#lib/kernel/version-rank.js'
import {holdBack, lockKeys, type OrderedKey, supersedeOlder} from './keys.js'
import {scheduleNew} from './outbox.js'

/** A message as intake prepared it. */
export interface NewMessage {
  readonly id: string
  readonly key: string
  readonly version: string | null
  readonly idempotencyKey: string
  /** What SAP can be asked for, if the operation creates. */
  readonly reference: string | null
  readonly payload: unknown
  /** SHA-256 of the payload in hex. */
  readonly hash: string
  /** Of the file that a push run found it in, from 1; null if it came another way. */
  readonly line: number | null
}

/** What messages that enter together have in common. */
export interface Origin {
  readonly flow: string
  readonly ordering: Ordering
  readonly intent: Intent
  /** Where a push run found them; null if they came another way. */
  readonly file: PushedFile | null
}

/** One file of a push run; files count from 1. */
export interface PushedFile {
  readonly runId: string
  readonly number: number
}

/** A message that holds the identity or the reference a new one wants. */
export interface Holder {
  readonly id: string
  readonly idempotencyKey: string
  readonly reference: string | null
  readonly key: string
  readonly intent: Intent
  /** Of its document in hex, newest revision first: what it is now, and what it was before somebody corrected it. */
  readonly hashes: readonly string[]
}

/**
 * Writes messages that are not there yet, each with its outbox row unless an
 * earlier message of its key holds it back, or it was overtaken before it came.
 *
 * @returns the ids that were written; the others met an identity or reference that is taken.
 */
export async function insertMessages(
  tx: Transaction,
  {flow, ordering, intent, file}: Origin,
  messages: readonly NewMessage[],
): Promise<ReadonlySet<string>> {
  const {rows} = await tx.query<{id: string}>(
    // JSON never holds a line feed: as one text, payloads need no quoting as the elements of an array.
    `insert into erpsync.message
            (id, flow, business_key, version, idempotency_key, reference, payload, payload_hash, version_rank,
             intent, push_run_id, push_file, push_line, ordering)
     select id, $9, business_key, version, idempotency_key, reference, payload::jsonb, decode(hash, 'hex'), version_rank,
            $10, $11, $12, push_line, $13
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], string_to_array($6, E'\\n'), $7::text[],
                   $8::text[], $14::integer[])
         as new (id, business_key, version, idempotency_key, reference, payload, hash, version_rank, push_line)
         on conflict do nothing
     returning id`,
    [
      messages.map(({id}) => id),
      messages.map(({key}) => key),
      messages.map(({version}) => version),
      messages.map(({idempotencyKey}) => idempotencyKey),
      messages.map(({reference}) => reference),
      messages.map(({payload}) => JSON.stringify(payload)).join('\n'),
      messages.map(({hash}) => hash),
      messages.map(({version}) => (version === null ? null : versionRank(version))),
      flow,
      intent,
      file?.runId ?? null,
      file?.number ?? null,
      ordering,
      messages.map(({line}) => line),
    ],
  )
  const written = rows.map(({id}) => id)
  await scheduleNew(tx, ordering === 'none' ? written : await putInOrder(tx, keysOf(flow, messages), written))
  return new Set(written)
}

/** Locks the keys of messages of an ordered flow until the transaction ends. */
export async function lockKeysOfNew(tx: Transaction, flow: string, messages: readonly NewMessage[]): Promise<void> {
  await lockKeys(tx, keysOf(flow, messages))
}

/** Who holds the identities and references in question. */
export async function findHolders(
  tx: Transaction,
  flow: string,
  wanted: {readonly idempotencyKeys: readonly string[]; readonly references: readonly string[]},
): Promise<readonly Holder[]> {
  const {rows} = await tx.query<HolderRow>(
    `select ${holderColumns}
       from erpsync.message m
      where flow = $1
        and (idempotency_key = any ($2) or (reference = any ($3) and repeated_by is null))`,
    [flow, wanted.idempotencyKeys, wanted.references],
  )
  return rows.map(toHolder)
}

/**
 * The latest accepted message of each business key. Takes a lock on the flow
 * until the transaction ends, so that two pushes of one document at once do
 * not both find that it is new.
 */
export async function lockLatestOfKeys(
  tx: Transaction,
  flow: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Holder>> {
  await lockFlow(tx, flow)
  return findLatestOfKeys(tx, flow, keys)
}

/** The latest accepted message of each business key, as it is at this moment. */
export async function findLatestOfKeys(
  database: Queryable,
  flow: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Holder>> {
  const {rows} = await database.query<HolderRow>(
    `select distinct on (business_key) ${holderColumns}
       from erpsync.message m
      where flow = $1
        and business_key = any ($2)
      order by business_key, seq desc`,
    [flow, keys],
  )
  return new Map(rows.map((row) => [row.business_key, toHolder(row)]))
}

/** Keeps others from asking what is the latest of a flow's keys until the transaction ends. */
export async function lockFlow(tx: Transaction, flow: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('erpsync.accept.' || $1, 0))`, [flow])
}

/** Which of the new messages are to be sent now. */
async function putInOrder(
  tx: Transaction,
  keys: readonly OrderedKey[],
  written: readonly string[],
): Promise<readonly string[]> {
  await supersedeOlder(tx, keys)
  await holdBack(tx, written)
  const {rows} = await tx.query<{id: string}>(
    `select id from erpsync.message where id = any ($1::uuid[]) and state = 'accepted' order by seq`,
    [written],
  )
  return rows.map(({id}) => id)
}

function keysOf(flow: string, messages: readonly NewMessage[]): readonly OrderedKey[] {
  return [...new Set(messages.map(({key}) => key))].map((key) => ({flow, key}))
}

const holderColumns = `id, idempotency_key, reference, business_key, intent,
            array[encode(payload_hash, 'hex')] || case when revision > 0
              then array(select encode(r.payload_hash, 'hex') from erpsync.payload_revision r
                          where r.message_id = m.id order by r.number desc)
              else '{}' end as hashes`

interface HolderRow {
  readonly id: string
  readonly idempotency_key: string
  readonly reference: string | null
  readonly business_key: string
  readonly intent: Intent
  readonly hashes: string[]
}

function toHolder(row: HolderRow): Holder {
  return {
    id: row.id,
    idempotencyKey: row.idempotency_key,
    reference: row.reference,
    key: row.business_key,
    intent: row.intent,
    hashes: row.hashes,
  }
}
