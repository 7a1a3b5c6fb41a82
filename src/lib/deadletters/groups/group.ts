import type {Replayable} from '#lib/deadletters/grouping/fingerprint.js'
import type {LetterState} from '#lib/deadletters/letters.js'

/**
 * - `new`: seen for the first time within a day, and nobody has seen to it
 * - `open`: older, and nobody has seen to it
 * - `acknowledged`: somebody looks after it
 * - `snoozed`: nobody is to be told of it for a while
 * - `regressed`: nothing was left to do, and then it was seen again
 * - `resolved`: nothing is left to do
 */
export type GroupState = 'new' | 'open' | 'acknowledged' | 'snoozed' | 'regressed' | 'resolved'

/** Dead letters of one cause. */
export interface Group {
  readonly id: string
  readonly version: number
  readonly state: GroupState
  readonly flow: string
  readonly stage: string
  readonly class: string
  readonly code: string
  readonly template: string
  readonly sample: string
  readonly title: string | null
  readonly runbook: string | null
  readonly replayable: Replayable | null
  readonly firstSeen: Date
  readonly lastSeen: Date
  readonly letters: Readonly<Record<LetterState | 'discarded', number>>
  /** Business keys with an open letter. */
  readonly keys: number
  readonly resolvedAt: Date | null
  readonly regressedAt: Date | null
  readonly acknowledgedAt: Date | null
  readonly acknowledgedBy: string | null
  readonly assignedTo: string | null
  readonly snoozedUntil: Date | null
  readonly note: string | null
}

/** Of `erpsync.dead_letter_group g`. */
export const groupColumns = `g.id, g.version, g.flow, g.stage, g.class, g.code, g.template, g.sample, g.title, g.runbook,
            g.replayable, g.first_seen, g.last_seen, g.open::integer, g.replayed::integer, g.resolved::integer,
            g.died_again::integer, g.discarded::integer, g.keys::integer, g.resolved_at, g.regressed_at,
            g.acknowledged_at, g.acknowledged_by, g.assigned_to, g.snoozed_until, g.note`

export interface GroupRow {
  readonly id: string
  readonly version: number
  readonly flow: string
  readonly stage: string
  readonly class: string
  readonly code: string
  readonly template: string
  readonly sample: string
  readonly title: string | null
  readonly runbook: string | null
  readonly replayable: Replayable | null
  readonly first_seen: Date
  readonly last_seen: Date
  readonly open: number
  readonly replayed: number
  readonly resolved: number
  readonly died_again: number
  readonly discarded: number
  readonly keys: number
  readonly resolved_at: Date | null
  readonly regressed_at: Date | null
  readonly acknowledged_at: Date | null
  readonly acknowledged_by: string | null
  readonly assigned_to: string | null
  readonly snoozed_until: Date | null
  readonly note: string | null
}

export function toGroup(row: GroupRow, now: Date): Group {
  const {open, replayed, resolved, died_again, discarded} = row
  return {
    id: row.id,
    version: row.version,
    state: stateOf(row, now),
    flow: row.flow,
    stage: row.stage,
    class: row.class,
    code: row.code,
    template: row.template,
    sample: row.sample,
    title: row.title,
    runbook: row.runbook,
    replayable: row.replayable,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    letters: {open, replayed, resolved, died_again, discarded},
    keys: row.keys,
    resolvedAt: row.resolved_at,
    regressedAt: row.regressed_at,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    assignedTo: row.assigned_to,
    snoozedUntil: row.snoozed_until,
    note: row.note,
  }
}

function stateOf(row: GroupRow, now: Date): GroupState {
  if (row.resolved_at !== null) return 'resolved'
  if (row.snoozed_until !== null && row.snoozed_until > now) return 'snoozed'
  if (row.acknowledged_at !== null) return 'acknowledged'
  if (row.regressed_at !== null) return 'regressed'
  return now.getTime() - row.first_seen.getTime() < newMs ? 'new' : 'open'
}

const newMs = 86_400_000
