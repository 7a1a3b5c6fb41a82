import {createHash} from 'node:crypto'
import stringify from 'safe-stable-stringify'

/** SHA-256 of a document whatever the order of its properties: equal documents have equal hashes. */
export function payloadHash(document: unknown): Buffer {
  return createHash('sha256')
    .update(stringify(document) ?? 'undefined')
    .digest()
}
