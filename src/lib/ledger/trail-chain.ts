import type {Queryable, Transaction} from '#lib/db/database.js'

/** An entry of the trail by its hash. */
export interface Link {
  readonly seq: number
  readonly hash: string
}

/** A link as it is stored, and the hash that its content has now. */
export interface ChainedLink extends Link {
  readonly prevHash: string
  readonly contentHash: string
}

/** Has a transaction see the trail as it is now, whatever is added meanwhile. */
export async function freezeTrail(tx: Transaction): Promise<void> {
  await tx.query('set transaction isolation level repeatable read, read only')
}

/** The end of the chain, as it was noted when the last entry was added; undefined if the note is gone. */
export async function readTrailHead(database: Queryable): Promise<Link | undefined> {
  const {rows} = await database.query<{seq: string; hash: string}>(
    `select seq, encode(hash, 'hex') as hash from erpsync.trail_head`,
  )
  return rows[0] && {seq: Number(rows[0].seq), hash: rows[0].hash}
}

/** The links after the one of that number, in order, a page at a time. */
export async function readTrailLinks(
  database: Queryable,
  {after, limit}: {readonly after: number; readonly limit: number},
): Promise<readonly ChainedLink[]> {
  const {rows} = await database.query<LinkRow>(
    `select seq, encode(prev_hash, 'hex') as prev_hash, encode(hash, 'hex') as hash,
            encode(erpsync.trail_hash(t), 'hex') as content_hash
       from erpsync.trail t
      where seq > $1
      order by seq
      limit $2`,
    [after, limit],
  )
  return rows.map(({seq, prev_hash, hash, content_hash}) => ({
    seq: Number(seq),
    prevHash: prev_hash,
    hash,
    contentHash: content_hash,
  }))
}

/** What the first entry is chained to. */
export const chainStart: Link = {seq: 0, hash: '0'.repeat(64)}

interface LinkRow {
  readonly seq: string
  readonly prev_hash: string
  readonly hash: string
  readonly content_hash: string
}
