import type {Queryable, Transaction} from '#lib/db/database.js'
import type {Executed, FailureClass} from '#lib/kernel/failure.js'

/**
 * - `open`: somebody should look
 * - `replayed`: sent again; the outcome is not known yet
 * - `resolved`: SAP has it by now, or a newer version or a person ended its message
 * - `died_again`: failed again; a newer letter of the message is open
 * - `discarded`: set aside by a person, who may take it back
 */
export type LetterState = 'open' | 'replayed' | 'resolved' | 'died_again' | 'discarded'

/** A message that was given up on, as it is archived. */
export interface NewLetter {
  readonly id: string
  readonly flow: string
  /** The message; if the ledger does not know it, the letter keeps the raw body instead. */
  readonly messageId: string | null
  readonly attempt: number
  readonly class: FailureClass
  readonly executed: Executed
  readonly code: string
  readonly text: string
  readonly stage: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly raw: Buffer
  readonly rawHash: Buffer
  readonly diedAt: Date
}

/** A letter as people see it. */
export interface Letter {
  readonly id: string
  readonly seq: string
  readonly flow: string
  readonly messageId: string | null
  /** The business key; null for what was never a message. */
  readonly key: string | null
  /** A person let the later messages of its key go on without it. */
  readonly waived: boolean
  readonly attempt: number
  readonly class: FailureClass
  readonly executed: Executed
  readonly code: string
  readonly text: string
  readonly stage: string
  readonly diedAt: Date
  readonly state: LetterState
  readonly replayedAt: Date | null
  readonly replayedBy: string | null
  readonly groupId: string
  readonly tags: readonly string[]
}

export interface LetterFilter {
  readonly state: LetterState | null
  readonly flow: string | null
  /** Only letters at most this old. */
  readonly sinceMs: number | null
  /** Keyset: only letters archived before the one with this `seq`. */
  readonly before: string | null
  readonly limit: number
}

/** Letters, newest first. */
export async function listLetters(database: Queryable, filter: LetterFilter): Promise<readonly Letter[]> {
  const {rows} = await database.query<LetterRow>(
    `select ${letterColumns}
       from erpsync.dead_letter l
       left join erpsync.message m on m.id = l.message_id
      where ($1::text is null or l.state = $1)
        and ($2::text is null or l.flow = $2)
        and ($3::float8 is null or l.died_at >= now() - $3 * interval '1 millisecond')
        and ($4::bigint is null or l.seq < $4)
      order by l.seq desc
      limit $5`,
    [filter.state, filter.flow, filter.sinceMs, filter.before, filter.limit],
  )
  return rows.map(toLetter)
}

/** The letter of that id, or the newest letter of the message of that id. */
export async function findLetter(database: Queryable, id: string): Promise<Letter | undefined> {
  const {rows} = await database.query<LetterRow>(
    `select ${letterColumns}
       from erpsync.dead_letter l
       left join erpsync.message m on m.id = l.message_id
      where l.id = $1 or l.message_id = $1
      order by l.id = $1 desc, l.seq desc
      limit 1`,
    [id],
  )
  return rows[0] && toLetter(rows[0])
}

/** What was in a letter that never became a message. */
export async function readRaw(database: Queryable, id: string): Promise<string | undefined> {
  const {rows} = await database.query<{raw: Buffer | null}>('select raw from erpsync.dead_letter where id = $1', [id])
  return rows[0]?.raw?.toString('utf8')
}

/** What sending a letter again takes. */
export interface OpenLetter {
  readonly id: string
  readonly flow: string
  readonly messageId: string
  readonly executed: Executed
}

/** Locks the open ones among these letters, oldest first, until the transaction ends. */
export async function lockOpenLetters(tx: Transaction, ids: readonly string[]): Promise<readonly OpenLetter[]> {
  const {rows} = await tx.query<{id: string; flow: string; message_id: string; executed: Executed}>(
    `select l.id, l.flow, l.message_id, l.executed
       from erpsync.dead_letter l
      where l.id = any ($1::uuid[])
        and l.state = 'open'
        and l.message_id is not null
      order by l.seq
        for update`,
    [ids],
  )
  return rows.map(({message_id, ...same}) => ({...same, messageId: message_id}))
}

/** Notes that these letters are on their way again. */
export async function markReplayed(tx: Transaction, ids: readonly string[], actor: string): Promise<void> {
  await tx.query(
    `update erpsync.dead_letter
        set state = 'replayed', replayed_at = now(), replayed_by = $2
      where id = any ($1::uuid[])`,
    [ids, actor],
  )
}

/** Gives replayed letters their outcome, once their messages have one. */
export async function closeReplayedLetters(database: Queryable): Promise<void> {
  await database.query(
    `update erpsync.dead_letter l
        set state = case m.state when 'dead' then 'died_again' else 'resolved' end, decided_at = now()
       from erpsync.message m
      where l.state = 'replayed'
        and m.id = l.message_id
        and (m.state in ('synced', 'superseded', 'discarded')
             or (m.state = 'dead' and exists (select from erpsync.dead_letter newer
                                               where newer.message_id = l.message_id and newer.seq > l.seq)))`,
  )
}

/** Of `erpsync.dead_letter l left join erpsync.message m on m.id = l.message_id`. */
export const letterColumns = `l.id, l.seq, l.flow, l.message_id, l.business_key, coalesce(m.waived, false) as waived, l.attempt, l.class,
            l.executed, l.code, l.text, l.stage, l.died_at, l.state, l.replayed_at, l.replayed_by, l.group_id, l.tags`

export interface LetterRow {
  readonly id: string
  readonly seq: string
  readonly flow: string
  readonly message_id: string | null
  readonly business_key: string | null
  readonly waived: boolean
  readonly attempt: number
  readonly class: FailureClass
  readonly executed: Executed
  readonly code: string
  readonly text: string
  readonly stage: string
  readonly died_at: Date
  readonly state: LetterState
  readonly replayed_at: Date | null
  readonly replayed_by: string | null
  readonly group_id: string
  readonly tags: readonly string[]
}

export function toLetter(row: LetterRow): Letter {
  const {message_id, business_key, died_at, replayed_at, replayed_by, group_id, ...same} = row
  return {
    ...same,
    messageId: message_id,
    key: business_key,
    diedAt: died_at,
    replayedAt: replayed_at,
    replayedBy: replayed_by,
    groupId: group_id,
  }
}
