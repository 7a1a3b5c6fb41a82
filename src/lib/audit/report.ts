import type {Lane} from '#lib/kernel/lane.js'

/**
 * What is not as it should be:
 *
 * - `missing_copy`: on its way, and no queue and no outbox row carries it
 * - `missing_in_sap`: synced, and SAP does not know it, or has not booked it
 * - `duplicate_in_sap`: SAP has several documents of it
 * - `out_of_order`: reached SAP after a newer version of its key
 * - `outbox_overdue`: due on the broker for a while; the relay is not running, or the broker takes nothing
 * - `held_for_nothing`: held back, and nothing of its key is before it
 * - `dead_without_letter`, `letter_without_dead`: archive and ledger disagree
 * - `parked`: dead letters the archive never got
 */
export type DiscrepancyKind =
  | 'missing_copy'
  | 'missing_in_sap'
  | 'duplicate_in_sap'
  | 'out_of_order'
  | 'outbox_overdue'
  | 'held_for_nothing'
  | 'dead_without_letter'
  | 'letter_without_dead'
  | 'parked'

export interface Discrepancy {
  readonly kind: DiscrepancyKind
  /** Null for what no flow is known of. */
  readonly flow: string | null
  readonly messageId: string | null
  readonly key: string | null
  readonly detail: string
  /** The copy that would carry the message on; null where a repair is a person's work. */
  readonly repair: Repair | null
}

/** A copy for one attempt of a message. */
export interface Repair {
  readonly messageId: string
  readonly lane: Lane
  readonly attempt: number
}

/** How many messages the ledger believes to have a copy in one place, and what is there. */
export interface PlaceCount {
  /** A queue's name; several if a copy may be in any of them; `outbox`, or `nowhere`. */
  readonly place: string
  readonly needed: number
  /** Null where nobody can say: an outbox needs no other count, and some numbers only the management API knows. */
  readonly held: number | null
}

export interface SapCount {
  readonly asked: number
  readonly found: number
  /** Look-ups that failed, or of which SAP could not tell. */
  readonly unanswered: number
}

export interface FlowAudit {
  readonly flow: string
  /** Messages by state. */
  readonly states: Readonly<Record<string, number>>
  readonly places: readonly PlaceCount[]
  readonly sap: SapCount
}

/** The result as `--json` prints it. */
export interface AuditReport {
  readonly checkedAt: Date
  readonly flows: readonly FlowAudit[]
  readonly missing: number
  readonly duplicates: number
  readonly outOfOrder: number
  readonly discrepancies: readonly Discrepancy[]
}

/** Sums up what was found. */
export function toReport(
  checkedAt: Date,
  flows: readonly FlowAudit[],
  discrepancies: readonly Discrepancy[],
): AuditReport {
  const count = (...kinds: readonly DiscrepancyKind[]) => discrepancies.filter(({kind}) => kinds.includes(kind)).length
  return {
    checkedAt,
    flows,
    missing: count('missing_copy', 'missing_in_sap'),
    duplicates: count('duplicate_in_sap'),
    outOfOrder: count('out_of_order'),
    discrepancies,
  }
}
