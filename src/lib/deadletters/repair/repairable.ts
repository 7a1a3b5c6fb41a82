import type {Queryable} from '#lib/db/database.js'
import type {Executed} from '#lib/kernel/failure.js'
import type {LetterState} from '#lib/deadletters/letters.js'

/** A dead letter with the payload that is to be corrected, and what must stay as it is. */
export interface Repairable {
  readonly letterId: string
  readonly messageId: string
  readonly flow: string
  readonly key: string
  readonly version: string | null
  readonly idempotencyKey: string
  readonly reference: string | null
  /** Whether SAP may have the document as it was. */
  readonly executed: Executed
  readonly revision: number
  readonly payload: unknown
}

/** A letter whose payload cannot be corrected, and why. */
export interface Unrepairable {
  readonly letterId: string
  readonly why: string
}

/** Reads letters by their ids, or by those of their messages (then the newest letter), in the order given. */
export async function readRepairables(
  database: Queryable,
  ids: readonly string[],
): Promise<readonly (Repairable | Unrepairable)[]> {
  const {rows} = await database.query<RepairableRow>(
    `select asked.id as asked, l.id, l.flow, l.state, l.executed, m.id as message_id, m.business_key, m.version,
            m.idempotency_key, m.reference, m.revision, m.payload, m.waived
       from unnest($1::uuid[]) with ordinality as asked (id, position)
       left join lateral (select * from erpsync.dead_letter d
                           where d.id = asked.id or d.message_id = asked.id
                           order by d.id = asked.id desc, d.seq desc
                           limit 1) l on true
       left join erpsync.message m on m.id = l.message_id
      order by asked.position`,
    [ids],
  )
  return rows.map(toRepairable)
}

/** Why a letter's payload cannot be corrected, or undefined if it can. */
function obstacle({id, state, message_id, waived}: RepairableRow): string | undefined {
  if (id === null || state === null) return 'there is no such letter'
  switch (state) {
    case 'open':
      if (message_id === null) return 'was refused before it became a message; push it again once it is mended'
      if (waived === true) return 'its successors were let go on; it will not be sent any more'
      return undefined
    case 'replayed':
      return 'is on its way to SAP'
    case 'resolved':
      return 'is over'
    case 'died_again':
      return 'has a newer letter'
    case 'discarded':
      return 'is discarded; erpsync dlq restore takes it back'
  }
}

function toRepairable(row: RepairableRow): Repairable | Unrepairable {
  const why = obstacle(row)
  const {id, message_id, flow, business_key, idempotency_key, executed, revision} = row
  if (why !== undefined || id === null || message_id === null) return {letterId: id ?? row.asked, why: why ?? ''}
  return {
    letterId: id,
    messageId: message_id,
    flow,
    key: business_key,
    version: row.version,
    idempotencyKey: idempotency_key,
    reference: row.reference,
    executed,
    revision,
    payload: row.payload,
  }
}

/** What a letter or its message has not is null; the columns of an open letter's message never are. */
interface RepairableRow {
  readonly asked: string
  readonly id: string | null
  readonly state: LetterState | null
  readonly flow: string
  readonly executed: Executed
  readonly message_id: string | null
  readonly business_key: string
  readonly version: string | null
  readonly idempotency_key: string
  readonly reference: string | null
  readonly revision: number
  readonly payload: unknown
  readonly waived: boolean | null
}
