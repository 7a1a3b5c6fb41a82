import type {PersonalFields} from '#lib/kernel/personal-fields.js'
import type {Revision} from '#lib/ledger/revisions.js'
import {renderTable} from '#lib/output/table.js'
import {type Difference, differencesBetween} from './json-patch.js'
import {presentDifferences} from './present-differences.js'

/** What became of a payload since it was accepted. */
export interface PayloadHistory {
  /** The first one first; none if it was never corrected. */
  readonly revisions: readonly Omit<Revision, 'payload'>[]
  /** Where it differs by now from what was accepted; personal data is masked. */
  readonly changes: readonly Difference[]
}

/** Makes it of all revisions. */
export function historyOf(revisions: readonly Revision[], fields: PersonalFields): PayloadHistory {
  return {
    revisions: revisions.map(({number, madeAt, madeBy, host, reason, operationId}) => ({
      number,
      madeAt,
      madeBy,
      host,
      reason,
      operationId,
    })),
    changes: differencesBetween(revisions.at(0)?.payload, revisions.at(-1)?.payload, fields),
  }
}

/** Its paragraphs, for people; none if nothing was corrected. */
export function presentHistory({revisions, changes}: PayloadHistory): readonly string[] {
  if (revisions.length === 0) return []
  const rows = revisions.map(({number, madeAt, madeBy, host, reason}) => [
    String(number),
    madeAt.toISOString(),
    madeBy === null ? 'as accepted' : `${madeBy} on ${host ?? ''}`,
    reason ?? '',
  ])
  const same = 'Its content is again what was accepted.'
  return [
    renderTable(['revision', 'made', 'by', 'why'], rows),
    changes.length === 0 ? same : `since it was accepted:\n${presentDifferences(changes, process.stdout)}`,
  ]
}
