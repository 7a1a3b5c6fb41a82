import type {Queryable} from '#lib/db/database.js'
import {newestOfKeys, readOpenMessages} from '#lib/ledger/key-states.js'
import type {Entry} from '#lib/resync/entry.js'
import type {InternalSide} from '#lib/resync/internal/internal-side.js'

/** A key that is not where it was when it was planned. */
export interface Moved {
  readonly key: string
  readonly why: string
}

/**
 * Which of these keys have moved: another message is their newest, a message of
 * them is not over, or the document that SAP should hold is another one by now.
 */
export async function findMoved(
  database: Queryable,
  flow: string,
  internal: InternalSide,
  planned: readonly Pick<Entry, 'key' | 'message' | 'hash'>[],
): Promise<readonly Moved[]> {
  const keys = planned.map(({key}) => key)
  const [newest, open, hashes] = await Promise.all([
    newestOfKeys(database, flow, keys),
    readOpenMessages(database, flow, keys),
    internal.hashes(keys),
  ])
  const openOf = new Map(open.map((one) => [one.key, one]))
  return planned.flatMap(({key, message, hash}): readonly Moved[] => {
    const now = newest.get(key)
    if (now === undefined && message !== null) return [{key, why: 'its messages were set aside or pruned'}]
    if (now !== undefined && now.messageId !== message) return [{key, why: `message ${now.messageId} is newer`}]
    const hashNow = hashes.get(key)
    if (hashNow !== hash) return [{key, why: hashNow === undefined ? internal.goneText : internal.changedText}]
    const under = openOf.get(key)
    return under === undefined ? [] : [{key, why: `message ${under.messageId} is ${under.state}`}]
  })
}
