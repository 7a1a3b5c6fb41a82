import type {Queryable} from '#lib/db/database.js'

/** The state that SAP should hold of a business key. */
export interface KeyState {
  readonly key: string
  /** The newest message of the key that nobody set aside; null if there is none, and the state is that of its source. */
  readonly messageId: string | null
  readonly version: string | null
  readonly reference: string | null
  readonly payload: unknown
  /** SHA-256 of the payload in hex. */
  readonly hash: string
}

/** A state that a message has brought. */
export interface KeptState extends KeyState {
  readonly messageId: string
}

/** What stands in the way of saying how a key stands in SAP. */
export interface OpenMessage {
  readonly key: string
  readonly messageId: string
  readonly state: string
  /** The open letter of a dead message; null until it is archived. */
  readonly letter: {readonly id: string; readonly group: string; readonly code: string} | null
}

/** Which keys of a flow are meant, beside those that are named. */
export interface KeyRange {
  /** Only keys whose newest message was accepted since then. */
  readonly since: Date | null
  /** Only so large a part of them, from 0 to 1, the same for the same seed. */
  readonly share: number
  readonly seed: number
}

/** The next keys of a flow behind one, in their order; the first ones behind none. */
export async function readKeyStates(
  database: Queryable,
  flow: string,
  {since, share, seed}: KeyRange,
  {after, limit}: {readonly after: string | null; readonly limit: number},
): Promise<readonly KeptState[]> {
  const {rows} = await database.query<KeyRow>(
    `select ${keyColumns}
       from (select distinct on (business_key) ${ownColumns}
               from erpsync.message
              where flow = $1
                and state <> 'discarded'
                and ($2::text is null or business_key > $2)
                and (hashtextextended(business_key, $5) & 1048575) < $6
              ${newestFirst}) newest
      where $3::timestamptz is null
         or accepted_at >= $3
      order by business_key
      limit $4`,
    [flow, after, since, limit, seed, Math.round(share * hashRange)],
  )
  return rows.map(toKeyState)
}

/** The newest message of each of these keys. */
export async function readStatesOfKeys(
  database: Queryable,
  flow: string,
  keys: readonly string[],
): Promise<readonly KeptState[]> {
  const {rows} = await database.query<KeyRow>(
    `select distinct on (business_key) ${keyColumns}
       from erpsync.message
      where flow = $1
        and state <> 'discarded'
        and business_key = any ($2)
      ${newestFirst}`,
    [flow, keys],
  )
  return rows.map(toKeyState)
}

/** The newest message of each of these keys, and the hash of its document; those apart are not looked at. */
export async function newestOfKeys(
  database: Queryable,
  flow: string,
  keys: readonly string[],
  apart: readonly string[] = [],
): Promise<ReadonlyMap<string, {readonly messageId: string; readonly hash: string}>> {
  const {rows} = await database.query<{key: string; id: string; hash: string}>(
    `select distinct on (business_key) business_key as key, id, encode(payload_hash, 'hex') as hash
       from erpsync.message
      where flow = $1
        and state <> 'discarded'
        and business_key = any ($2)
        and id <> all ($3::uuid[])
      ${newestFirst}`,
    [flow, keys, apart],
  )
  return new Map(rows.map(({key, id, hash}) => [key, {messageId: id, hash}]))
}

/** Messages of these keys that are not over, the oldest first. */
export async function readOpenMessages(
  database: Queryable,
  flow: string,
  keys: readonly string[],
): Promise<readonly OpenMessage[]> {
  const {rows} = await database.query<{
    key: string
    id: string
    state: string
    letter_id: string | null
    group_id: string
    code: string
  }>(
    `select m.business_key as key, m.id, m.state, l.id as letter_id, l.group_id, l.code
       from erpsync.message m
       left join erpsync.dead_letter l on l.message_id = m.id and l.state = 'open'
      where m.flow = $1
        and m.business_key = any ($2)
        and m.phase <> 'over'
      order by m.seq`,
    [flow, keys],
  )
  return rows.map(({key, id, state, letter_id, group_id, code}) => ({
    key,
    messageId: id,
    state,
    letter: letter_id === null ? null : {id: letter_id, group: group_id, code},
  }))
}

/** Older states of a key, the newest first: other documents than the one with that hash. */
export async function readOlderStates(
  database: Queryable,
  flow: string,
  {key, hash}: Pick<KeyState, 'key' | 'hash'>,
  limit: number,
): Promise<readonly KeptState[]> {
  const {rows} = await database.query<KeyRow>(
    `select ${keyColumns}
       from erpsync.message
      where flow = $1
        and business_key = $2
        and payload_hash <> decode($3, 'hex')
      order by seq desc
      limit $4`,
    [flow, key, hash, limit],
  )
  return rows.map(toKeyState)
}

/** Which of these names messages of a flow go by, as their reference or, where SAP's object is their key, as that. */
export async function knownNames(
  database: Queryable,
  flow: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const {rows} = await database.query<{name: string}>(
    `select reference as name from erpsync.message where flow = $1 and reference = any ($2) and repeated_by is null
      union
     select business_key from erpsync.message where flow = $1 and business_key = any ($2) and reference is null`,
    [flow, names],
  )
  return new Set(rows.map(({name}) => name))
}

const ownColumns = 'business_key, id, version, reference, payload, payload_hash, accepted_at'
const keyColumns = `business_key, id, version, reference, payload, encode(payload_hash, 'hex') as hash`
const newestFirst = `order by business_key, coalesce(version_rank, '') desc, seq desc`
const hashRange = 1_048_576

interface KeyRow {
  readonly business_key: string
  readonly id: string
  readonly version: string | null
  readonly reference: string | null
  readonly payload: unknown
  readonly hash: string
}

function toKeyState(row: KeyRow): KeptState {
  return {
    key: row.business_key,
    messageId: row.id,
    version: row.version,
    reference: row.reference,
    payload: row.payload,
    hash: row.hash,
  }
}
