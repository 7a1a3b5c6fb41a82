import type {Queryable} from '#lib/db/database.js'
import {newestOfKeys, readOpenMessages} from '#lib/ledger/key-states.js'
import type {Entry} from '#lib/resync/entry.js'

/** A key that is not where it was when it was planned. */
export interface Moved {
  readonly key: string
  readonly why: string
}

/** Which of these keys have moved: another message is their newest, its document was corrected, or one of them is not over. */
export async function findMoved(
  database: Queryable,
  flow: string,
  planned: readonly Pick<Entry, 'key' | 'message' | 'hash'>[],
): Promise<readonly Moved[]> {
  const keys = planned.map(({key}) => key)
  const [newest, open] = await Promise.all([newestOfKeys(database, flow, keys), readOpenMessages(database, flow, keys)])
  const openOf = new Map(open.map((one) => [one.key, one]))
  return planned.flatMap(({key, message, hash}): readonly Moved[] => {
    const now = newest.get(key)
    if (now === undefined) return [{key, why: 'its messages were set aside or pruned'}]
    if (now.messageId !== message) return [{key, why: `message ${now.messageId} is newer`}]
    if (now.hash.toString('hex') !== hash) return [{key, why: `the document of message ${message} was corrected`}]
    const under = openOf.get(key)
    return under === undefined ? [] : [{key, why: `message ${under.messageId} is ${under.state}`}]
  })
}
