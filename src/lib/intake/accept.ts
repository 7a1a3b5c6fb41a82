import {againIfBrokenOff} from '#lib/db/again.js'
import type {Database, Transaction} from '#lib/db/database.js'
import {newIds} from '#lib/kernel/ids.js'
import type {Intent} from '#lib/kernel/intent.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import {versionRank} from '#lib/kernel/version-rank.js'
import {
  findHolders,
  type Holder,
  insertMessages,
  lockFlow,
  lockKeysOfNew,
  lockLatestOfKeys,
  type NewMessage,
  type PushedFile,
} from '#lib/ledger/accept.js'
import {begunRanks} from '#lib/ledger/keys.js'
import {admitResyncs} from './admit-resync.js'
import type {Admissible, Problem} from './door.js'

/**
 * What became of a document at the door:
 *
 * - `accepted`: committed; it will not be lost
 * - `duplicate`: the same document is there already, as the message named
 * - `refused`: something else holds its identity or its reference, or, in a strict flow, a later version has begun
 */
export type Verdict =
  | {readonly kind: 'accepted'; readonly id: string}
  | {readonly kind: 'duplicate'; readonly id: string}
  | {readonly kind: 'refused'; readonly problems: readonly Problem[]}

/** Where documents enter. */
export interface Entry {
  readonly flow: string
  readonly ordering: Ordering
  /** Why they do; by default because the source has a new state. */
  readonly intent?: Intent
  /** The file of a push run that holds them, and at the index of each document its line; absent where there is no such run. */
  readonly pushed?: {readonly file: PushedFile; readonly lines: readonly number[]}
}

/**
 * What is written in the transaction that accepts, such as how far a file is read. It is called again from the start if
 * PostgreSQL broke the transaction off, and what it throws accepts nothing.
 */
export type Alongside = (tx: Transaction, verdicts: readonly Verdict[]) => Promise<void>

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
  entry: Entry,
  documents: readonly Admissible[],
  alongside?: Alongside,
): Promise<readonly Verdict[]> {
  if (documents.length === 0 && alongside === undefined) return []
  const accept = async (tx: Transaction, brokenOff: number): Promise<readonly Verdict[]> => {
    // Those that broke each other off go one after the other.
    if (brokenOff > 0) await lockFlow(tx, entry.flow)
    const verdicts = documents.length === 0 ? [] : await acceptIn(tx, entry, documents)
    await alongside?.(tx, verdicts)
    return verdicts
  }
  // Two pushes of the same documents in another order wait for each other, until one of them is broken off.
  return againIfBrokenOff(async (brokenOff) => database.transaction(async (tx) => accept(tx, brokenOff)))
}

async function acceptIn(tx: Transaction, entry: Entry, documents: readonly Admissible[]): Promise<readonly Verdict[]> {
  const {flow, ordering, intent = 'sync', pushed} = entry
  const identified = await identify(tx, entry, documents)
  await lockKeysOfOrdered(tx, entry, identified)
  const candidates = await (intent === 'resync' ? refuseOvertaken : refuseLate)(tx, entry, identified)
  const messages = messagesOf(candidates)
  const written = await insertMessages(tx, {flow, ordering, intent, file: pushed?.file ?? null}, messages)
  const holders = await holdersOf(
    tx,
    flow,
    messages.filter(({id}) => !written.has(id)),
  )
  return candidates.map((candidate) =>
    'message' in candidate ? judge(candidate.message, written, holders) : candidate.verdict,
  )
}

type Candidate = {readonly message: NewMessage} | {readonly verdict: Verdict}

function messagesOf(candidates: readonly Candidate[]): readonly NewMessage[] {
  return candidates.flatMap((candidate) => ('message' in candidate ? [candidate.message] : []))
}

async function lockKeysOfOrdered(
  tx: Transaction,
  {flow, ordering}: Entry,
  candidates: readonly Candidate[],
): Promise<void> {
  if (ordering !== 'none') await lockKeysOfNew(tx, flow, messagesOf(candidates))
}

/** What brings SAP back to a state must not bring back one that another has followed. What is known is no news. */
async function refuseOvertaken(
  tx: Transaction,
  {flow, ordering}: Entry,
  candidates: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const known = new Set((await holdersOf(tx, flow, messagesOf(candidates))).map(({idempotencyKey}) => idempotencyKey))
  const news = messagesOf(candidates).filter(({idempotencyKey}) => !known.has(idempotencyKey))
  const admissions = await admitResyncs(tx, {flow, ordering}, news)
  const byId = new Map(news.map(({id}, index) => [id, admissions[index]]))
  return candidates.map((candidate): Candidate => {
    const admission = 'message' in candidate ? byId.get(candidate.message.id) : undefined
    switch (admission?.kind) {
      case undefined:
        return candidate
      case 'admitted':
        return {message: admission.message}
      case 'refused':
        return {verdict: {kind: 'refused', problems: [{field: '', message: admission.why}]}}
    }
  })
}

/** In a strict flow nothing can be put before what has begun: it would reach SAP out of order. */
async function refuseLate(
  tx: Transaction,
  {flow, ordering}: Entry,
  candidates: readonly Candidate[],
): Promise<readonly Candidate[]> {
  if (ordering !== 'strict') return candidates
  const messages = messagesOf(candidates)
  const begun = await begunRanks(tx, flow, [...new Set(messages.map(({key}) => key))])
  const holders = await holdersOf(tx, flow, messages)
  const known = new Set(holders.map(({idempotencyKey}) => idempotencyKey))
  const resyncs = new Map(holders.filter(({intent}) => intent === 'resync').map((one) => [one.reference, one]))
  return candidates.map((candidate) => {
    if (!('message' in candidate) || known.has(candidate.message.idempotencyKey)) return candidate
    if (isBroughtBy(resyncs.get(candidate.message.reference), candidate.message)) return candidate
    const {key, version} = candidate.message
    const rank = begun.get(key)
    if (version === null || rank === undefined || versionRank(version) > rank) return candidate
    const text = `version ${version} of ${key} comes after a later one has begun, and the flow is strict`
    return {verdict: {kind: 'refused', problems: [{field: '', message: text}]}}
  })
}

async function identify(
  tx: Transaction,
  entry: Entry,
  documents: readonly Admissible[],
): Promise<readonly Candidate[]> {
  const {flow, pushed} = entry
  const nextId = newIds(documents.length)
  const anonymous = documents.filter(({idempotencyKey}) => idempotencyKey === null)
  const latest = new Map<string, Pick<Holder, 'id' | 'hashes'>>(
    anonymous.length === 0 ? [] : await lockLatestOfKeys(tx, flow, [...new Set(anonymous.map(({key}) => key))]),
  )
  return documents.map((document, index): Candidate => {
    const id = nextId()
    const line = pushed?.lines[index] ?? null
    if (document.idempotencyKey !== null)
      return {message: toMessage(document, {id, line, idempotencyKey: document.idempotencyKey})}

    const before = latest.get(document.key)
    if (before && held(before, document.hash)) return {verdict: {kind: 'duplicate', id: before.id}}
    const message = toMessage(document, {id, line, idempotencyKey: `${document.key}@${id}`})
    latest.set(document.key, {id, hashes: [document.hash]})
    return {message}
  })
}

function toMessage(
  {key, version, reference, document: payload, hash}: Admissible,
  {id, line, idempotencyKey}: Pick<NewMessage, 'id' | 'line' | 'idempotencyKey'>,
): NewMessage {
  return {id, key, version, idempotencyKey, reference, payload, hash, line}
}

async function holdersOf(tx: Transaction, flow: string, messages: readonly NewMessage[]): Promise<readonly Holder[]> {
  if (messages.length === 0) return []
  return findHolders(tx, flow, {
    idempotencyKeys: messages.map(({idempotencyKey}) => idempotencyKey),
    references: messages.flatMap(({reference}) => reference ?? []),
  })
}

function judge(message: NewMessage, written: ReadonlySet<string>, holders: readonly Holder[]): Verdict {
  if (written.has(message.id)) return {kind: 'accepted', id: message.id}

  const same = holders.find(({idempotencyKey}) => idempotencyKey === message.idempotencyKey)
  if (same && held(same, message.hash)) return {kind: 'duplicate', id: same.id}
  if (same) {
    const text = `${message.idempotencyKey} was accepted before with other content (message ${same.id})`
    return {kind: 'refused', problems: [{field: '', message: text}]}
  }
  const taken = holders.find(({reference}) => reference === message.reference)
  if (taken && isBroughtBy(taken, message)) return {kind: 'duplicate', id: taken.id}
  const text = `the reference ${message.reference ?? ''} belongs to another message (${taken?.id ?? 'unknown'})`
  return {kind: 'refused', problems: [{field: '', message: text}]}
}

/** A resync may have brought a state before its producer did. */
function isBroughtBy(holder: Holder | undefined, {key, hash, reference}: NewMessage): boolean {
  return reference !== null && holder?.intent === 'resync' && holder.key === key && held(holder, hash)
}

/** A producer that sends again what was corrected here since sends nothing new. */
function held({hashes}: Pick<Holder, 'hashes'>, hash: string): boolean {
  return hashes.includes(hash)
}
