import type {Database} from '#lib/db/database.js'
import {lockKeysOf} from '#lib/ledger/keys.js'
import {lockMessages} from '#lib/ledger/lock.js'
import {readmitMessages} from '#lib/ledger/readmit.js'
import {findLetter, type Letter, listLetters, lockOpenLetters, markReplayed} from './letters.js'

/** Which letters a replay is about. */
export type ReplaySelection =
  | {readonly kind: 'ids'; readonly ids: readonly string[]}
  | {readonly kind: 'flow'; readonly flow: string}
  | {readonly kind: 'all'}

export interface SkippedLetter {
  readonly id: string
  readonly why: string
}

/** The letters a replay will send, frozen: what dies later is not among them. */
export interface ReplayPlan {
  readonly letters: readonly Letter[]
  readonly skipped: readonly SkippedLetter[]
}

export interface ReplayResult {
  readonly replayed: readonly Letter[]
  readonly skipped: readonly SkippedLetter[]
}

/** Finds out what a replay would send, oldest first. Changes nothing. */
export async function planReplay(database: Database, selection: ReplaySelection): Promise<ReplayPlan> {
  const found =
    selection.kind === 'ids'
      ? await findByIds(database, selection.ids)
      : {letters: await openLetters(database, selection.kind === 'flow' ? selection.flow : null), skipped: []}
  const obstacles = found.letters.map((letter) => ({letter, why: replayObstacle(letter)}))
  return {
    letters: obstacles.flatMap(({letter, why}) => (why === undefined ? [letter] : [])),
    skipped: [
      ...found.skipped,
      ...obstacles.flatMap(({letter, why}) => (why === undefined ? [] : [{id: letter.id, why}])),
    ],
  }
}

/**
 * Sends dead letters to SAP again by way of the outbox, never straight to the
 * broker, so that a replay survives a crash exactly as a first delivery does.
 * A letter whose call may have reached SAP is looked up before it is sent.
 */
export async function replayLetters(database: Database, plan: ReplayPlan, actor: string): Promise<ReplayResult> {
  const replayed: Letter[] = []
  const skipped: SkippedLetter[] = [...plan.skipped]

  for (let start = 0; start < plan.letters.length; start += batchSize) {
    const batch = plan.letters.slice(start, start + batchSize)
    const sent = await replayBatch(database, batch, actor)
    replayed.push(...batch.filter(({id}) => sent.has(id)))
    skipped.push(...batch.filter(({id}) => !sent.has(id)).map(({id}) => ({id, why: 'somebody else was faster'})))
  }
  return {replayed, skipped}
}

async function replayBatch(database: Database, batch: readonly Letter[], actor: string): Promise<ReadonlySet<string>> {
  return database.transaction(async (tx) => {
    const messageIds = batch.flatMap(({messageId}) => messageId ?? [])
    // Keys, then messages, then letters: whoever supersedes a dead message locks in this order, too.
    await lockKeysOf(tx, messageIds)
    await lockMessages(tx, messageIds)
    const locked = await lockOpenLetters(
      tx,
      batch.map(({id}) => id),
    )
    const messages = locked.flatMap(({messageId, executed}) =>
      messageId === null ? [] : [{messageId, mayBeExecuted: executed !== 'no'}],
    )
    const readmitted = await readmitMessages(tx, messages)
    const sent = locked.filter(({messageId}) => messageId !== null && readmitted.has(messageId)).map(({id}) => id)
    await markReplayed(tx, sent, actor)
    return new Set(sent)
  })
}

/** Why a letter cannot be replayed, or undefined if it can. */
function replayObstacle({state, messageId, waived}: Letter): string | undefined {
  if (waived) return 'its successors were let go on; sent now, it would overwrite them'
  if (messageId === null) return 'was refused before it became a message; push it again once it is mended'
  switch (state) {
    case 'open':
      return undefined
    case 'replayed':
      return 'is on its way already'
    case 'resolved':
      return 'is over'
    case 'died_again':
      return 'has a newer letter'
    case 'discarded':
      return 'is discarded; erpsync dlq restore takes it back'
  }
}

async function findByIds(database: Database, ids: readonly string[]) {
  const found = await Promise.all(ids.map(async (id) => ({id, letter: await findLetter(database, id)})))
  // One letter may be named twice, by its own id and that of its message.
  const letters = new Map(found.flatMap(({letter}) => (letter ? [[letter.id, letter] as const] : [])))
  return {
    letters: [...letters.values()].toSorted((a, b) => Number(BigInt(a.seq) - BigInt(b.seq))),
    skipped: found.flatMap(({id, letter}) => (letter ? [] : [{id, why: 'there is no such letter'}])),
  }
}

async function openLetters(database: Database, flow: string | null): Promise<readonly Letter[]> {
  const letters = await listLetters(database, {state: 'open', flow, sinceMs: null, before: null, limit: mostLetters})
  return letters.toReversed()
}

const batchSize = 200
const mostLetters = 1_000_000
