import {Flags} from '@oclif/core'
import type {Database} from '#lib/db/database.js'
import {type Operator, recordAction, type TrailEntry} from '#lib/ledger/trail.js'
import {optionalOperatorFlags} from './operator-flags.js'

/** Flags of commands that show documents. */
export const unmaskFlags = {
  ...optionalOperatorFlags,
  unmask: Flags.boolean({
    summary: 'show personal data as it is; needs --reason, and is written to the trail',
    dependsOn: ['reason'],
  }),
}

/** Writes to the trail whose data somebody is about to see; to be committed before it is shown. */
export async function recordUnmasking(
  database: Database,
  operator: Operator,
  seen: readonly Pick<TrailEntry, 'flow' | 'messageId' | 'letterId' | 'groupId'>[],
): Promise<void> {
  await database.transaction(async (tx) => {
    for (const about of seen) await recordAction(tx, operator, {action: 'personal.unmask', ...about})
  })
}
