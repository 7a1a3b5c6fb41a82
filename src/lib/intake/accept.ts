import {againIfBrokenOff} from '#lib/db/again.js'
import type {Database, Transaction} from '#lib/db/database.js'
import {newId} from '#lib/kernel/ids.js'
import {findHolders, type Holder, insertMessages, lockLatestOfKeys, type NewMessage} from '#lib/ledger/accept.js'
import type {Admissible, Problem} from './door.js'

/**
 * What became of a document at the door:
 *
 * - `accepted`: committed; it will not be lost
 * - `duplicate`: the same document is there already, as the message named
 * - `refused`: something else holds its identity or its reference
 */
export type Verdict =
  | {readonly kind: 'accepted'; readonly id: string}
  | {readonly kind: 'duplicate'; readonly id: string}
  | {readonly kind: 'refused'; readonly problems: readonly Problem[]}

/**
 * Accepts documents: messages and outbox rows in one transaction.
 *
 * Identity is `(flow, idempotency key)`. Without any, a document is compared
 * with the latest accepted one of its business key only: in A, B, A the last A
 * is news.
 *
 * @returns a verdict at the index of each document.
 */
export async function acceptDocuments(
  database: Database,
  flow: string,
  documents: readonly Admissible[],
): Promise<readonly Verdict[]> {
  if (documents.length === 0) return []
  const accept = async (tx: Transaction): Promise<readonly Verdict[]> => {
    const candidates = await identify(tx, flow, documents)
    const messages = candidates.flatMap((candidate) => ('message' in candidate ? [candidate.message] : []))
    const written = await insertMessages(tx, messages)
    const holders = await holdersOfRest(tx, flow, messages, written)
    return candidates.map((candidate) =>
      'message' in candidate ? judge(candidate.message, written, holders) : candidate.verdict,
    )
  }
  // Two pushes of the same documents in another order wait for each other, until one of them is broken off.
  return againIfBrokenOff(async () => database.transaction(accept))
}

type Candidate = {readonly message: NewMessage} | {readonly verdict: Verdict}

async function identify(
  tx: Transaction,
  flow: string,
  documents: readonly Admissible[],
): Promise<readonly Candidate[]> {
  const anonymous = documents.filter(({idempotencyKey}) => idempotencyKey === null)
  const latest = new Map(
    anonymous.length === 0 ? [] : await lockLatestOfKeys(tx, flow, [...new Set(anonymous.map(({key}) => key))]),
  )
  return documents.map((document): Candidate => {
    const id = newId()
    if (document.idempotencyKey !== null) return {message: toMessage(document, flow, id, document.idempotencyKey)}

    const before = latest.get(document.key)
    if (before?.hash.equals(document.hash)) return {verdict: {kind: 'duplicate', id: before.id}}
    const message = toMessage(document, flow, id, `${document.key}@${id}`)
    latest.set(document.key, message)
    return {message}
  })
}

function toMessage(document: Admissible, flow: string, id: string, idempotencyKey: string): NewMessage {
  const {key, version, reference, document: payload, hash} = document
  return {id, flow, key, version, idempotencyKey, reference, payload, hash}
}

async function holdersOfRest(
  tx: Transaction,
  flow: string,
  messages: readonly NewMessage[],
  written: ReadonlySet<string>,
): Promise<readonly Holder[]> {
  const rest = messages.filter(({id}) => !written.has(id))
  if (rest.length === 0) return []
  return findHolders(tx, flow, {
    idempotencyKeys: rest.map(({idempotencyKey}) => idempotencyKey),
    references: rest.flatMap(({reference}) => reference ?? []),
  })
}

function judge(message: NewMessage, written: ReadonlySet<string>, holders: readonly Holder[]): Verdict {
  if (written.has(message.id)) return {kind: 'accepted', id: message.id}

  const same = holders.find(({idempotencyKey}) => idempotencyKey === message.idempotencyKey)
  if (same?.hash.equals(message.hash)) return {kind: 'duplicate', id: same.id}
  if (same) {
    const text = `${message.idempotencyKey} was accepted before with other content (message ${same.id})`
    return {kind: 'refused', problems: [{field: '', message: text}]}
  }
  const taken = holders.find(({reference}) => reference === message.reference)
  const text = `the reference ${message.reference ?? ''} belongs to another message (${taken?.id ?? 'unknown'})`
  return {kind: 'refused', problems: [{field: '', message: text}]}
}
