import type {Admissible, Door, Problem} from '#lib/intake/door.js'
import type {Repairable} from './repairable.js'

/** What the door says of a corrected document. */
export type Checked =
  | {readonly kind: 'fit'; readonly document: Admissible}
  | {readonly kind: 'unfit'; readonly problems: readonly Problem[]}

/** What a message is known by, here and in SAP. */
type Identity = Pick<Repairable, 'key' | 'version' | 'idempotencyKey' | 'reference'>

/**
 * Checks a corrected document as if it came in anew: it must pass the door of
 * its flow, and be the same message as before in all that identifies it, or SAP
 * could book it a second time.
 */
export async function checkCorrection(door: Door, identity: Identity, corrected: unknown): Promise<Checked> {
  const check = await door.check(corrected)
  if (check.kind === 'refused') return {kind: 'unfit', problems: check.problems}
  const problems = changesOfIdentity(identity, check)
  return problems.length === 0 ? {kind: 'fit', document: check} : {kind: 'unfit', problems}
}

function changesOfIdentity(before: Identity, after: Admissible): readonly Problem[] {
  const names: readonly (readonly [string, string | null, string | null])[] = [
    ['key', before.key, after.key],
    ['version', before.version, after.version],
    // A document without one of its own was given one when it was accepted.
    ['idempotency key', before.idempotencyKey, after.idempotencyKey ?? before.idempotencyKey],
    ['reference', before.reference, after.reference],
  ]
  return names
    .filter(([, old, fresh]) => old !== fresh)
    .map(([name, old, fresh]) => ({
      field: name,
      message: `must stay ${old ?? 'empty'}, and would become ${fresh ?? 'empty'}`,
    }))
}
