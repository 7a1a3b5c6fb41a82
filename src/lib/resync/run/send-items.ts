import type {Database, Transaction} from '#lib/db/database.js'
import {acceptDocuments, type Verdict} from '#lib/intake/accept.js'
import type {Admissible, Door} from '#lib/intake/door.js'
import {newestOfKeys} from '#lib/ledger/key-states.js'
import type {InternalSide} from '#lib/resync/internal/internal-side.js'
import {type Lease, lockRun, renewLease} from './resync-run.js'

export type Sending =
  | {readonly kind: 'sent'; readonly sent: number; readonly skipped: number}
  /** The run is not running any more, or another process carries it out. */
  | {readonly kind: 'halted'}

export interface Sender {
  readonly database: Database
  readonly door: Door
  readonly internal: InternalSide
  readonly lease: Lease
}

/**
 * Sends the next keys of a run: each as a new message through the door, and
 * never straight to SAP. In one transaction the messages are accepted and the
 * items marked: killed at any line, nothing is sent twice. A key that has moved
 * since it was planned is skipped, as is what the door refuses.
 */
export async function sendItems(sender: Sender, id: string, most: number): Promise<Sending> {
  const {database, door} = sender
  const items = await nextItems(database, id, Math.min(most, batchSize))
  const checked = await checkItems(sender, items)
  const refused = checked.flatMap((one) => ('why' in one ? [one] : []))
  let sendable = checked.flatMap((one) => ('document' in one ? [one] : []))
  for (;;) {
    const outcome = await send(sender, id, door, {sendable, refused})
    if (outcome.kind !== 'moved') return outcome
    const {keys} = outcome
    refused.push(...sendable.filter(({item}) => keys.has(item.key)).map(({item}) => ({item, why: movedText})))
    sendable = sendable.filter(({item}) => !keys.has(item.key))
  }
}

interface Item {
  readonly position: number
  readonly key: string
  readonly plannedFrom: string | null
  readonly hash: string
}

interface Sendable {
  readonly item: Item
  readonly document: Admissible
}

interface Refused {
  readonly item: Item
  readonly why: string
}

async function nextItems(database: Database, id: string, most: number): Promise<readonly Item[]> {
  const {rows} = await database.query<{
    position: number
    business_key: string
    planned_from: string | null
    hash: string
  }>(
    `select position, business_key, planned_from, encode(payload_hash, 'hex') as hash
       from erpsync.resync_item
      where run_id = $1
        and state = 'pending'
      order by position
      limit $2`,
    [id, most],
  )
  return rows.map(({position, business_key, planned_from, hash}) => ({
    position,
    key: business_key,
    plannedFrom: planned_from,
    hash,
  }))
}

async function checkItems({internal, door}: Sender, items: readonly Item[]): Promise<readonly (Sendable | Refused)[]> {
  const documents = await internal.documents(items.map(({key, plannedFrom}) => ({key, message: plannedFrom})))
  const checked: (Sendable | Refused)[] = []
  // One after the other: a mapping's time limit counts while others run.
  for (const item of items) {
    const document = documents.get(item.key)
    const check = document === undefined ? undefined : await door.check(document)
    if (check === undefined) checked.push({item, why: internal.goneText})
    else if (check.kind === 'refused') {
      const [problem] = check.problems
      checked.push({item, why: `refused at the door: ${problem?.field ?? ''} ${problem?.message ?? ''}`.trim()})
    } else if (check.key !== item.key || check.hash !== item.hash) checked.push({item, why: internal.changedText})
    else checked.push({item, document: check})
  }
  return checked
}

/** Thrown within the transaction to undo it. */
class Undo extends Error {
  constructor(
    readonly outcome: {readonly kind: 'halted'} | {readonly kind: 'moved'; readonly keys: ReadonlySet<string>},
  ) {
    super(outcome.kind)
  }
}

async function send(
  {database, lease}: Sender,
  id: string,
  {flow, ordering}: Door,
  {sendable, refused}: {readonly sendable: readonly Sendable[]; readonly refused: readonly Refused[]},
): Promise<Sending | {readonly kind: 'moved'; readonly keys: ReadonlySet<string>}> {
  const documents = sendable.map(({item, document}) => ({...document, idempotencyKey: `${item.key}@resync:${id}`}))
  let sending: Sending = {kind: 'halted'}
  try {
    await acceptDocuments(database, {flow, ordering, intent: 'resync'}, documents, async (tx, verdicts) => {
      const run = await lockRun(tx, id)
      if (run?.state !== 'running' || !(await renewLease(tx, id, lease))) throw new Undo({kind: 'halted'})
      const moved = await findOvertaken(tx, flow, sendable, verdicts)
      if (moved.size > 0) throw new Undo({kind: 'moved', keys: moved})
      const sent = sendable.flatMap(({item}, at) => {
        const verdict = verdicts[at]
        return verdict === undefined || verdict.kind === 'refused' ? [] : [{item, messageId: verdict.id}]
      })
      const turnedAway = sendable.flatMap(({item}, at) => {
        const verdict = verdicts[at]
        return verdict?.kind === 'refused' ? [{item, why: verdict.problems[0]?.message ?? 'refused'}] : []
      })
      await markSent(tx, id, run.round.number, sent)
      await markSkipped(tx, id, [...refused, ...turnedAway])
      sending = {kind: 'sent', sent: sent.length, skipped: refused.length + turnedAway.length}
    })
  } catch (error) {
    if (error instanceof Undo) return error.outcome
    throw error
  }
  return sending
}

/** Keys of which somebody else had a message accepted since they were planned: that one must stay the newest. */
async function findOvertaken(
  tx: Transaction,
  flow: string,
  sendable: readonly Sendable[],
  verdicts: readonly Verdict[],
): Promise<ReadonlySet<string>> {
  const own = verdicts.flatMap((verdict) => (verdict.kind === 'accepted' ? [verdict.id] : []))
  const newest = await newestOfKeys(
    tx,
    flow,
    sendable.map(({item}) => item.key),
    own,
  )
  return new Set(
    sendable.flatMap(({item}, at) =>
      verdicts[at]?.kind === 'accepted' && (newest.get(item.key)?.messageId ?? null) !== item.plannedFrom
        ? [item.key]
        : [],
    ),
  )
}

async function markSent(
  tx: Transaction,
  id: string,
  round: number,
  sent: readonly {readonly item: Item; readonly messageId: string}[],
): Promise<void> {
  if (sent.length === 0) return
  await tx.query(
    `update erpsync.resync_item i
        set state = 'sent', sent_at = now(), round = $2, message_id = s.message_id
       from unnest($3::integer[], $4::uuid[]) as s (position, message_id)
      where i.run_id = $1
        and i.position = s.position`,
    [id, round, sent.map(({item}) => item.position), sent.map(({messageId}) => messageId)],
  )
  await tx.query('update erpsync.resync_run set round_sent = round_sent + $2 where id = $1', [id, sent.length])
}

async function markSkipped(tx: Transaction, id: string, skipped: readonly Refused[]): Promise<void> {
  if (skipped.length === 0) return
  await tx.query(
    `update erpsync.resync_item i
        set state = 'skipped', why = s.why, decided_at = now()
       from unnest($2::integer[], $3::text[]) as s (position, why)
      where i.run_id = $1
        and i.position = s.position`,
    [id, skipped.map(({item}) => item.position), skipped.map(({why}) => why)],
  )
}

const movedText = 'a newer message of its key is there'

/** Keys in one transaction: enough to be fast, few enough that a pause is heard at once. */
const batchSize = 200
