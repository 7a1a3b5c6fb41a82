import type {Database, Queryable, Transaction} from '#lib/db/database.js'
import {lockGroups, type SeenGroup, upsertGroups} from '#lib/deadletters/groups/upsert-groups.js'
import {parseRaw} from '#lib/deadletters/parse-raw.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import {groupOf} from './fingerprint.js'
import {type GroupingRule, needsPayload} from './rules.js'

/** Letters that leave one group for another. */
export interface Move {
  readonly from: string
  readonly to: string
  /** What the letters of the new group have in common. */
  readonly template: string
  readonly letters: number
}

export interface RegroupResult {
  readonly examined: number
  readonly moved: number
  readonly moves: readonly Move[]
}

export interface Regrouping {
  readonly rules: readonly GroupingRule[]
  /** Null: nothing is changed. */
  readonly operator: Operator | null
  readonly onProgress: (examined: number) => void
  readonly signal: AbortSignal
}

/**
 * Puts letters into the groups that the fingerprint and the rules of today give
 * them, many in one transaction: those that are archived by now. A new group
 * takes over what people said of the one its letters come from; a group that is
 * left without letters goes. Done again, it does nothing.
 */
export async function regroupLetters(database: Database, regrouping: Regrouping): Promise<RegroupResult> {
  const {operator, onProgress, signal} = regrouping
  const {rows} = await database.query<{last: string | null}>('select max(seq) as last from erpsync.dead_letter')
  const last = rows[0]?.last ?? '0'
  const moves = new Map<string, Move>()
  let [examined, after] = [0, '0']
  for (;;) {
    signal.throwIfAborted()
    const window = {after, last}
    const batch =
      operator === null
        ? await examine(database, regrouping, window, false)
        : await database.transaction(async (tx) => regroupBatch(tx, regrouping, window, operator))
    for (const {letter, group} of batch.filter(isMoved)) {
      const name = `${letter.group_id} ${group.id}`
      const letters = (moves.get(name)?.letters ?? 0) + 1
      moves.set(name, {from: letter.group_id, to: group.id, template: group.template, letters})
    }
    examined += batch.length
    onProgress(examined)
    const end = batch.at(-1)
    if (end === undefined) break
    after = end.letter.seq
  }
  const sorted = [...moves.values()].toSorted((a, b) => b.letters - a.letters)
  return {examined, moved: sorted.reduce((sum, {letters}) => sum + letters, 0), moves: sorted}
}

interface Examined {
  readonly letter: LetterRow
  readonly group: SeenGroup
}

async function regroupBatch(
  tx: Transaction,
  regrouping: Regrouping,
  window: {readonly after: string; readonly last: string},
  operator: Operator,
): Promise<readonly Examined[]> {
  const batch = await examine(tx, regrouping, window, true)
  const moved = batch.filter(isMoved)
  const sources = moved.map(({letter}) => letter.group_id)
  await lockGroups(tx, [...batch.map(({group}) => group.id), ...sources])
  const added = await upsertGroups(tx, [...new Map(batch.map(({group}) => [group.id, group])).values()])
  if (moved.length === 0) return batch
  await takeOver(
    tx,
    moved.filter(({group}) => added.has(group.id)),
  )
  await tx.query(
    `update erpsync.dead_letter l
        set group_id = n.group_id
       from unnest($1::uuid[], $2::text[]) as n (id, group_id)
      where l.id = n.id`,
    [moved.map(({letter}) => letter.id), moved.map(({group}) => group.id)],
  )
  await tx.query(
    `delete from erpsync.dead_letter_group
      where id = any ($1::text[])
        and open + replayed + resolved + died_again + discarded = 0`,
    [sources],
  )
  await recordAction(tx, operator, {action: 'letter.regroup', after: {letters: moved.length}})
  return batch
}

/** Gives new groups what people said of those that their letters come from. */
async function takeOver(tx: Transaction, moved: readonly Examined[]): Promise<void> {
  const sources = new Map(moved.map(({letter, group}) => [group.id, letter.group_id]))
  await tx.query(
    `update erpsync.dead_letter_group g
        set acknowledged_at = s.acknowledged_at, acknowledged_by = s.acknowledged_by, assigned_to = s.assigned_to,
            snoozed_until = s.snoozed_until, note = s.note, regressed_at = s.regressed_at
       from unnest($1::text[], $2::text[]) as n (id, source)
       join erpsync.dead_letter_group s on s.id = n.source
      where g.id = n.id`,
    [[...sources.keys()], [...sources.values()]],
  )
}

interface LetterRow {
  readonly id: string
  readonly seq: string
  readonly flow: string
  readonly stage: string
  readonly class: string
  readonly code: string
  readonly text: string
  readonly died_at: Date
  readonly group_id: string
  readonly payload: unknown
  readonly raw: Buffer | null
}

async function examine(
  database: Queryable,
  {rules}: Regrouping,
  {after, last}: {readonly after: string; readonly last: string},
  isLocked: boolean,
): Promise<readonly Examined[]> {
  const content = needsPayload(rules) ? 'm.payload, l.raw' : 'null as payload, null::bytea as raw'
  const {rows} = await database.query<LetterRow>(
    `select l.id, l.seq, l.flow, l.stage, l.class, l.code, l.text, l.died_at, l.group_id, ${content}
       from erpsync.dead_letter l
       left join erpsync.message m on m.id = l.message_id
      where l.seq > $1::bigint
        and l.seq <= $2::bigint
      order by l.seq
      limit $3
      ${isLocked ? 'for update of l' : ''}`,
    [after, last, batchSize],
  )
  return rows.map((letter) => {
    const payload = letter.payload ?? parseRaw(letter.raw)
    return {letter, group: {...groupOf({...letter, payload}, rules), sample: letter.text, seenAt: letter.died_at}}
  })
}

function isMoved({letter, group}: Examined): boolean {
  return letter.group_id !== group.id
}

const batchSize = 2000
