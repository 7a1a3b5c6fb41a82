import type {Admissible, Door, Refused} from '#lib/intake/door.js'

/** What the door says of a document; the document itself stays with who asks. */
export type Check = Omit<Admissible, 'document'> | Refused

/** Asks the door about documents one after the other: mappings run on the event loop, each within a time limit of its own. */
export async function checkDocuments(door: Door, documents: readonly unknown[]): Promise<readonly Check[]> {
  const checks: Check[] = []
  for (const document of documents) {
    const check = await door.check(document)
    if (check.kind === 'refused') {
      checks.push(check)
      continue
    }
    const {document: _, ...rest} = check
    checks.push(rest)
  }
  return checks
}
