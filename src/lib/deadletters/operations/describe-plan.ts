import type {Queryable} from '#lib/db/database.js'
import type {Operation} from './operation.js'

/** What an operation is about, counted. */
export interface PlanFacts {
  readonly letters: number
  readonly groups: readonly PlannedGroup[]
  /** Business keys, and those with the most letters. */
  readonly keys: {readonly distinct: number; readonly largest: readonly PlannedKey[]}
  /** Letters whose call may have reached SAP: SAP is asked for them before they are sent. */
  readonly askedFirst: number
  /** Messages that are held back behind these. */
  readonly blockedSiblings: number
  readonly oldestDiedAt: Date | null
  readonly skipped: readonly {readonly why: string; readonly letters: number}[]
}

export interface PlannedGroup {
  readonly id: string
  readonly flow: string
  readonly code: string
  readonly title: string | null
  readonly replayable: string | null
  readonly letters: number
}

export interface PlannedKey {
  readonly flow: string
  readonly key: string
  readonly letters: number
}

/** Counts what is planned by group and key, and what hangs on it. */
export async function describePlan(database: Queryable, {id, counts}: Operation): Promise<PlanFacts> {
  const [groups, distinct, largest, outlook, skipped] = await Promise.all([
    countGroups(database, id),
    countKeys(database, id),
    largestKeys(database, id),
    lookOut(database, id),
    countSkipped(database, id),
  ])
  return {letters: counts.pending, groups, keys: {distinct, largest}, ...outlook, skipped}
}

/** Some of the letters that are skipped, by their ids. */
export async function listSkipped(
  database: Queryable,
  id: string,
  limit: number,
): Promise<readonly {readonly id: string; readonly why: string}[]> {
  const {rows} = await database.query<{letter_id: string; why: string}>(
    `select letter_id, why
       from erpsync.operation_item
      where operation_id = $1
        and state = 'skipped'
      order by position
      limit $2`,
    [id, limit],
  )
  return rows.map(({letter_id, why}) => ({id: letter_id, why}))
}

async function countGroups(database: Queryable, id: string): Promise<readonly PlannedGroup[]> {
  const {rows} = await database.query<PlannedGroup & Record<string, unknown>>(
    `select g.id, g.flow, g.code, g.title, g.replayable, i.letters
       from (select group_id, count(*)::integer as letters
               from erpsync.operation_item
              where operation_id = $1
                and state = 'planned'
              group by group_id) i
       join erpsync.dead_letter_group g on g.id = i.group_id
      order by i.letters desc, g.id`,
    [id],
  )
  return rows
}

async function countKeys(database: Queryable, id: string): Promise<number> {
  const {rows} = await database.query<{distinct: number}>(
    `select count(*)::integer as distinct
       from (select distinct flow, business_key
               from erpsync.operation_item
              where operation_id = $1
                and state = 'planned') keys`,
    [id],
  )
  return rows[0]?.distinct ?? 0
}

async function largestKeys(database: Queryable, id: string): Promise<readonly PlannedKey[]> {
  const {rows} = await database.query<PlannedKey & Record<string, unknown>>(
    `select flow, business_key as key, count(*)::integer as letters
       from erpsync.operation_item
      where operation_id = $1
        and state = 'planned'
      group by flow, business_key
     having count(*) > 1
      order by letters desc, flow, key
      limit 10`,
    [id],
  )
  return rows
}

async function lookOut(
  database: Queryable,
  id: string,
): Promise<Pick<PlanFacts, 'askedFirst' | 'blockedSiblings' | 'oldestDiedAt'>> {
  const {rows} = await database.query<{asked_first: number; oldest: Date | null; blocked: number}>(
    `select count(*) filter (where l.executed <> 'no')::integer as asked_first,
            min(l.died_at) as oldest,
            (select count(*)::integer
               from erpsync.message held
              where held.state = 'held'
                and (held.flow, held.business_key) in (select flow, business_key
                                                         from erpsync.operation_item
                                                        where operation_id = $1
                                                          and state = 'planned')) as blocked
       from erpsync.operation_item i
       join erpsync.dead_letter l on l.id = i.letter_id
      where i.operation_id = $1
        and i.state = 'planned'`,
    [id],
  )
  const [row] = rows
  return {askedFirst: row?.asked_first ?? 0, blockedSiblings: row?.blocked ?? 0, oldestDiedAt: row?.oldest ?? null}
}

async function countSkipped(database: Queryable, id: string): Promise<PlanFacts['skipped']> {
  const {rows} = await database.query<{why: string; letters: number}>(
    `select why, count(*)::integer as letters
       from erpsync.operation_item
      where operation_id = $1
        and state = 'skipped'
      group by why
      order by letters desc, why`,
    [id],
  )
  return rows
}
