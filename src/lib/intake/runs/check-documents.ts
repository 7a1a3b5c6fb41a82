import {setImmediate} from 'node:timers/promises'
import type {Admissible, Door, Refused} from '#lib/intake/door.js'

/** What the door says of a document; the document itself stays with who asks. */
export type Check = Omit<Admissible, 'document'> | Refused

/** Asks the door about documents one after the other: mappings run on the event loop, each within a time limit of its own. */
export async function checkDocuments(door: Door, documents: readonly unknown[]): Promise<readonly Check[]> {
  const checks: Check[] = []
  for (const [index, document] of documents.entries()) {
    // Checks alone would keep the answers of PostgreSQL waiting.
    if (index % atOnce === atOnce - 1) await setImmediate()
    const check = await door.check(document)
    if (check.kind === 'refused') {
      checks.push(check)
      continue
    }
    const {kind, key, version, idempotencyKey, reference, hash} = check
    checks.push({kind, key, version, idempotencyKey, reference, hash})
  }
  return checks
}

const atOnce = 5
