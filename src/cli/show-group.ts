import type {Config} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {type GroupDescription, describeGroup} from '#lib/deadletters/groups/describe-group.js'
import {readGroupHours} from '#lib/deadletters/groups/list-buckets.js'
import {presentGroup} from '#lib/deadletters/groups/present-groups.js'
import {loadRules} from '#lib/deadletters/grouping/load-rules.js'
import {openPersonalFields} from '#lib/intake/personal-fields.js'
import {systemClock} from '#lib/kernel/clock.js'
import type {Operator} from '#lib/ledger/trail.js'
import {isUtf8} from '#lib/output/sparkline.js'
import {knownGroup} from './known-group.js'
import {recordUnmasking} from './unmask-flags.js'

export type ShownGroup = GroupDescription & {
  /** Letters that died within each of the last 24 hours, the oldest first. */
  readonly hours: readonly number[]
}

interface Showing {
  readonly id: string
  readonly isExplained: boolean
  /** Who is to see personal data as it is, and why; null: it is masked. */
  readonly unmaskedBy: Operator | null
}

/**
 * Describes the group of that id, and tells it as text, too.
 *
 * @throws ErpSyncError 2 if there is none.
 */
export async function showGroup(
  config: Config,
  database: Database,
  {id, isExplained, unmaskedBy}: Showing,
): Promise<{readonly result: ShownGroup; readonly text: string}> {
  const rules = await loadRules(config.deadLetters.rules)
  const now = systemClock.now()
  const group = await knownGroup(database, id)
  if (unmaskedBy !== null) await recordUnmasking(database, unmaskedBy, [{flow: group.flow, groupId: group.id}])
  const fields = unmaskedBy === null ? await openPersonalFields(config)(group.flow) : ({kind: 'none'} as const)
  const [description, hours] = await Promise.all([
    describeGroup(database, group, {rules, fields}),
    readGroupHours(database, group.id, now),
  ])
  const text = presentGroup(description, {now, isUtf8: isUtf8(process.env), hours, isExplained})
  return {result: {...description, hours}, text}
}
