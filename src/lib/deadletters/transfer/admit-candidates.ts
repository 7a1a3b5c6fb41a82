import type {Transaction} from '#lib/db/database.js'
import {versionRank} from '#lib/kernel/version-rank.js'
import {findHolders, type Holder} from '#lib/ledger/accept.js'
import {begunRanks} from '#lib/ledger/keys.js'
import type {Candidate} from './judge-letter.js'

/** Whether a candidate may enter a ledger that holds what it holds. */
export type Admission =
  | {readonly kind: 'admitted'}
  | {readonly kind: 'skipped'; readonly why: string}
  | {readonly kind: 'refused'; readonly why: string}

/** Judges candidates of one flow, whose keys are locked, at the index of each. */
export async function admitCandidates(
  tx: Transaction,
  flow: string,
  candidates: readonly Candidate[],
): Promise<readonly Admission[]> {
  const holders = await findHolders(tx, flow, {
    idempotencyKeys: candidates.map(({line}) => line.message.idempotencyKey),
    references: candidates.flatMap(({line}) => line.message.reference ?? []),
  })
  const known = await findMessages(tx, candidates)
  const begun = await begunRanks(tx, flow, keysOf(candidates, 'strict'))
  const newest = await newestRanks(tx, flow, keysOf(candidates, 'latest'))
  const seen = new Set<string>()
  return candidates.map((candidate) => {
    const {idempotencyKey} = candidate.line.message
    const admission = seen.has(idempotencyKey)
      ? ({kind: 'skipped', why: 'has another letter in this file'} as const)
      : (identityObstacle(candidate, holders, known) ?? orderObstacle(candidate, begun, newest) ?? admitted)
    if (admission.kind === 'admitted') seen.add(idempotencyKey)
    return admission
  })
}

function identityObstacle(
  {line: {message}}: Candidate,
  holders: readonly Holder[],
  known: ReadonlyMap<string, string>,
): Admission | undefined {
  const state = known.get(message.id)
  if (state !== undefined) return {kind: 'skipped', why: `its message is here already (${state})`}
  const same = holders.find(({idempotencyKey}) => idempotencyKey === message.idempotencyKey)
  if (same) return {kind: 'skipped', why: `its message is here already, as ${same.id}`}
  const taken = message.reference !== null && holders.find(({reference}) => reference === message.reference)
  return taken
    ? {kind: 'refused', why: `its reference ${message.reference ?? ''} belongs to another message (${taken.id})`}
    : undefined
}

/** As at the door: nothing may come before what has begun, and no older state after a newer one. */
function orderObstacle(
  {line: {message}, door}: Candidate,
  begun: ReadonlyMap<string, string>,
  newest: ReadonlyMap<string, string>,
): Admission | undefined {
  const rank = message.version === null ? '' : versionRank(message.version)
  switch (door.ordering) {
    case 'none':
      return undefined
    case 'latest': {
      const other = newest.get(message.key)
      return other !== undefined && rank <= other
        ? {kind: 'refused', why: `a newer state of ${message.key} is here`}
        : undefined
    }
    case 'strict': {
      const other = begun.get(message.key)
      return other !== undefined && rank <= other
        ? {kind: 'refused', why: `a later message of ${message.key} has begun here, and the flow is strict`}
        : undefined
    }
  }
}

function keysOf(candidates: readonly Candidate[], ordering: 'latest' | 'strict'): readonly string[] {
  return [...new Set(candidates.flatMap(({line, door}) => (door.ordering === ordering ? [line.message.key] : [])))]
}

async function findMessages(tx: Transaction, candidates: readonly Candidate[]): Promise<ReadonlyMap<string, string>> {
  const {rows} = await tx.query<{id: string; state: string}>(
    'select id, state from erpsync.message where id = any ($1::uuid[])',
    [candidates.map(({line}) => line.message.id)],
  )
  return new Map(rows.map(({id, state}) => [id, state]))
}

/** The newest state of each key that somebody did not discard, as its rank. */
async function newestRanks(
  tx: Transaction,
  flow: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const {rows} = await tx.query<{key: string; rank: string}>(
    `select business_key as key, max(coalesce(version_rank, '')) as rank
       from erpsync.message
      where flow = $1
        and business_key = any ($2)
        and ordering <> 'none'
        and state <> 'discarded'
      group by business_key`,
    [flow, keys],
  )
  return new Map(rows.map(({key, rank}) => [key, rank]))
}

const admitted: Admission = {kind: 'admitted'}
