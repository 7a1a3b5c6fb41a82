import type {Database, Transaction} from '#lib/db/database.js'
import {type Operator, recordAction, type TrailEntry} from '#lib/ledger/trail.js'
import {type Group, groupColumns, type GroupRow, toGroup} from './group.js'

/** What a person does about a group; null takes it back. */
export type GroupAction =
  | {readonly kind: 'acknowledge'; readonly isUndone: boolean}
  | {readonly kind: 'snooze'; readonly until: Date | null}
  | {readonly kind: 'assign'; readonly to: string | null}
  | {readonly kind: 'note'; readonly note: string | null}

/**
 * Says what is done about a group, and writes it to the trail. Changes no
 * letter.
 *
 * @returns the group as it is now; undefined if there is none.
 */
export async function actOnGroup(
  database: Database,
  id: string,
  action: GroupAction,
  operator: Operator,
): Promise<Group | undefined> {
  return database.transaction(async (tx) => {
    const before = await lockGroup(tx, id)
    if (!before) return undefined
    const after = await update(tx, id, action, operator)
    await recordAction(tx, operator, {
      action: trailActions[action.kind],
      flow: after.flow,
      groupId: id,
      before: lifeOf(before),
      after: lifeOf(after),
    })
    return after
  })
}

async function lockGroup(tx: Transaction, id: string): Promise<Group | undefined> {
  const {rows} = await tx.query<GroupRow & {now: Date}>(
    `select ${groupColumns}, now() as now from erpsync.dead_letter_group g where g.id = $1 for no key update`,
    [id],
  )
  return rows[0] && toGroup(rows[0], rows[0].now)
}

async function update(tx: Transaction, id: string, action: GroupAction, {actor}: Operator): Promise<Group> {
  const {sql, values} = assignmentOf(action, actor)
  const {rows} = await tx.query<GroupRow & {now: Date}>(
    `update erpsync.dead_letter_group g set ${sql} where g.id = $1 returning ${groupColumns}, now() as now`,
    [id, ...values],
  )
  const [row] = rows
  if (!row) throw new Error(`the group ${id} is locked and yet not there`)
  return toGroup(row, row.now)
}

function assignmentOf(action: GroupAction, actor: string): {readonly sql: string; readonly values: readonly unknown[]} {
  switch (action.kind) {
    case 'acknowledge':
      return action.isUndone
        ? {sql: 'acknowledged_at = null, acknowledged_by = null', values: []}
        : {sql: 'acknowledged_at = now(), acknowledged_by = $2', values: [actor]}
    case 'snooze':
      return {sql: 'snoozed_until = $2', values: [action.until]}
    case 'assign':
      return {sql: 'assigned_to = $2', values: [action.to]}
    case 'note':
      return {sql: 'note = $2', values: [action.note]}
  }
}

function lifeOf({state, acknowledgedBy, assignedTo, snoozedUntil, note}: Group) {
  return {state, acknowledgedBy, assignedTo, snoozedUntil, note}
}

const trailActions = {
  acknowledge: 'group.acknowledge',
  snooze: 'group.snooze',
  assign: 'group.assign',
  note: 'group.note',
} as const satisfies Record<GroupAction['kind'], TrailEntry['action']>
