import type {Queryable} from '#lib/db/database.js'
import {type Group, groupColumns, type GroupRow, toGroup} from './group.js'

/** The group of that id. */
export async function findGroup(database: Queryable, id: string, now: Date): Promise<Group | undefined> {
  const {rows} = await database.query<GroupRow>(
    `select ${groupColumns} from erpsync.dead_letter_group g where g.id = $1`,
    [id],
  )
  return rows[0] && toGroup(rows[0], now)
}

/** The ids of groups that begin like this one, to tell a person which was meant. */
export async function groupsLike(database: Queryable, id: string): Promise<readonly string[]> {
  const {rows} = await database.query<{id: string}>(
    `select id from erpsync.dead_letter_group where left(id, 5) = left($1, 5) order by last_seen desc limit 3`,
    [id],
  )
  return rows.map((row) => row.id)
}
