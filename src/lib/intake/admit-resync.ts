import type {Transaction} from '#lib/db/database.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import {versionRank} from '#lib/kernel/version-rank.js'
import type {NewMessage} from '#lib/ledger/accept.js'
import {type KeyStanding, readStandings, type TakeOver, takeReferencesOver} from '#lib/ledger/repeat.js'

/** A message that may bring SAP back to its state, or why not. */
export type ResyncAdmission =
  {readonly kind: 'admitted'; readonly message: NewMessage} | {readonly kind: 'refused'; readonly why: string}

/**
 * Lets messages in that bring SAP back to a state, each by the reference under
 * which SAP knows it. Refused is what could overwrite a newer state, or meet
 * another message of its key on the way: what is under way may settle the
 * difference by itself.
 *
 * @returns an admission at the index of each message.
 */
export async function admitResyncs(
  tx: Transaction,
  flow: {readonly flow: string; readonly ordering: Ordering},
  messages: readonly NewMessage[],
): Promise<readonly ResyncAdmission[]> {
  if (messages.length === 0) return []
  const standings = await readStandings(tx, flow, [...new Set(messages.map(({key}) => key))])
  const seen = new Set<string>()
  const admissions = messages.map((message): ResyncAdmission => {
    const standing = standings.get(message.key)
    const why = seen.has(message.key)
      ? `${message.key} stands here twice, and is sent again once`
      : obstacle(message, standing)
    if (why !== undefined) return {kind: 'refused', why}
    seen.add(message.key)
    return {
      kind: 'admitted',
      message: {...message, reference: message.reference ?? standing?.newest?.reference ?? null},
    }
  })
  await takeReferencesOver(
    tx,
    admissions.flatMap((admission) => (admission.kind === 'admitted' ? takeOverOf(flow.flow, admission.message) : [])),
  )
  return admissions
}

/** Why the state must not be sent again; undefined if nothing is against it. */
export function obstacle({key, version}: NewMessage, standing: KeyStanding | undefined): string | undefined {
  const {open, newest} = standing ?? {open: null, newest: null}
  if (open?.state === 'dead')
    return `${key} has a dead letter (message ${open.id}): replay or discard it first, as erpsync dlq list shows`
  if (open !== null)
    return `another message of ${key} is ${open.state} (message ${open.id}): it may settle the difference`
  if (newest !== null && version !== null && versionRank(version) < newest.rank)
    return `version ${version} of ${key} is older than the newest that was accepted, ${newest.version ?? 'one without version'}`
  return undefined
}

function takeOverOf(flow: string, {id, key, reference}: NewMessage): readonly TakeOver[] {
  return reference === null ? [] : [{id, flow, key, reference}]
}
