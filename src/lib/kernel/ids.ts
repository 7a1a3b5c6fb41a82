import {randomBytes} from 'node:crypto'
import {v7} from 'uuid'

/** A new id for a message or a letter: unique everywhere, and near its neighbours in time in every index. */
export function newId(): string {
  return v7()
}

/**
 * Gives so many new ids one by one, each above the one before it. Their
 * randomness is drawn at once: drawing it is most of what an id costs.
 *
 * @throws Error when it is asked for more.
 */
export function newIds(count: number): () => string {
  const random = randomBytes(count * bytesOfId)
  const msecs = Date.now()
  let drawn = 0
  // Half of what the counter holds, so that it never runs over.
  let seq = count === 0 ? 0 : random.readUInt32BE() >>> 1
  return () => {
    const own = random.subarray(drawn, (drawn += bytesOfId))
    return v7({random: own, msecs, seq: seq++})
  }
}

/** Whether a text has the form of such an id. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)
}

const bytesOfId = 16
