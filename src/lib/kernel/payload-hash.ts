import {hash} from 'node:crypto'
import stringify from 'safe-stable-stringify'

/** SHA-256 of a document, in hex, whatever the order of its properties: equal documents have equal hashes. */
export function payloadHash(document: unknown): string {
  return hash('sha256', stringify(document) ?? 'undefined')
}
