import type {Database} from '#lib/db/database.js'
import {findGroup, groupsLike} from '#lib/deadletters/groups/find-group.js'
import type {Group} from '#lib/deadletters/groups/group.js'
import {type GroupAction, actOnGroup} from '#lib/deadletters/groups/act-on-group.js'
import {systemClock} from '#lib/kernel/clock.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {didYouMean} from '#lib/kernel/suggest.js'
import type {Operator} from '#lib/ledger/trail.js'

/**
 * The group of that id.
 *
 * @throws ErpSyncError 2 with the nearest id if there is none.
 */
export async function knownGroup(database: Database, id: string): Promise<Group> {
  const group = await findGroup(database, id.toUpperCase(), systemClock.now())
  if (group) return group
  throw await unknownGroup(database, id)
}

/**
 * Acts on the group of that id.
 *
 * @throws ErpSyncError 2 with the nearest id if there is none.
 */
export async function actOnKnownGroup(
  database: Database,
  id: string,
  action: GroupAction,
  operator: Operator,
): Promise<Group> {
  const group = await actOnGroup(database, id.toUpperCase(), action, operator)
  if (group) return group
  throw await unknownGroup(database, id)
}

async function unknownGroup(database: Database, id: string): Promise<ErpSyncError> {
  const near = await groupsLike(database, id.toUpperCase())
  return new ErpSyncError(`There is no group ${id}.${didYouMean(id.toUpperCase(), near)}`, {
    code: 'unknown_group',
    exitCode: exitCodes.usage,
    hint: 'Type: erpsync dlq',
  })
}
