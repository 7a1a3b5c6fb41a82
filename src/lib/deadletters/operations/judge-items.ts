import type {Transaction} from '#lib/db/database.js'
import type {RecentOutcome} from '#lib/metering/breached-rule.js'
import {freeKeys} from './free-keys.js'

export interface JudgedItem {
  readonly messageId: string
  readonly outcome: RecentOutcome
}

/**
 * Gives what was sent its outcome: by what became of the message, not by having
 * been sent. Belongs into a transaction that holds the operation. What died
 * again counts once its new letter is archived, which says of what.
 */
export async function judgeItems(tx: Transaction, id: string): Promise<readonly JudgedItem[]> {
  const {rows} = await tx.query<JudgedRow>(
    `with outcome as (
       select i.position, i.letter_id, i.message_id,
              case when m.state = 'dead' then case when newest.group_id = i.group_id or own.is_alike then 'failed_same' else 'failed_new' end
                   when found.message_id is not null then 'already_in_sap'
                   else 'resolved'
              end as state,
              case m.state when 'dead' then newest.code
                           when 'superseded' then 'a newer version is there'
                           when 'discarded' then 'a person set its message aside'
              end as why
         from erpsync.operation_item i
         join erpsync.message m on m.id = i.message_id
         left join lateral (select l.id, l.group_id, g.version, l.class, l.code, l.stage, l.state
                              from erpsync.dead_letter l
                              join erpsync.dead_letter_group g on g.id = l.group_id
                             where l.message_id = i.message_id
                               and m.state = 'dead'
                             order by l.seq desc
                             limit 1) newest on true
         -- regrouped since it was frozen, or grouped by other rules than the newer one
         left join lateral (select l.group_id = newest.group_id
                                   or (g.version <> newest.version
                                       and (l.class, l.code, l.stage) = (newest.class, newest.code, newest.stage)) as is_alike
                              from erpsync.dead_letter l
                              join erpsync.dead_letter_group g on g.id = l.group_id
                             where l.id = i.letter_id
                               and l.id <> newest.id
                               and m.state = 'dead') own on true
         -- the attempt is older than the replay: it was asked for, and not sent
         left join erpsync.attempt found
                on found.message_id = i.message_id
               and found.number = m.attempts
               and found.probe = 'found'
               and found.started_at < i.sent_at
               and m.state = 'synced'
        where i.operation_id = $1
          and i.state = 'sent'
          and (m.state in ('synced', 'superseded', 'discarded')
               -- dead by a look-up alone, the letter it has is open again
               or (m.state = 'dead' and (newest.id <> i.letter_id or newest.state = 'open')))
        order by i.position
        limit $2
     )
     update erpsync.operation_item i
        set state = o.state, why = o.why, decided_at = now()
       from outcome o
      where i.operation_id = $1
        and i.position = o.position
     returning i.position, i.letter_id, i.message_id, i.state, i.round`,
    [id, batchSize],
  )
  if (rows.length === 0) return []
  await closeFailed(tx, rows)
  await countRound(tx, id, rows)
  await freeKeys(
    tx,
    id,
    rows.map(({position}) => position),
  )
  return rows
    .toSorted((a, b) => a.position - b.position)
    .map(({message_id, state}) => ({messageId: message_id, outcome: outcomeOf(state)}))
}

/** Closes the letters of what died again, before a new replay of the message makes it look like a success. */
async function closeFailed(tx: Transaction, rows: readonly JudgedRow[]): Promise<void> {
  const failed = rows.filter(({state}) => outcomeOf(state) !== 'ok').map(({letter_id}) => letter_id)
  if (failed.length === 0) return
  await tx.query(
    `with locked as (
       select id from erpsync.dead_letter where id = any ($1::uuid[]) and state = 'replayed' order by id for update skip locked
     )
     update erpsync.dead_letter l
        set state = 'died_again', decided_at = now()
       from locked
      where l.id = locked.id`,
    [failed],
  )
}

async function countRound(tx: Transaction, id: string, rows: readonly JudgedRow[]): Promise<void> {
  await tx.query(
    `update erpsync.operation o
        set round_ok     = o.round_ok + i.ok,
            round_failed = o.round_failed + i.failed
       from (select count(*) filter (where item.ok) as ok, count(*) filter (where not item.ok) as failed
               from unnest($2::integer[], $3::boolean[]) as item (round, ok)
               join erpsync.operation o on o.id = $1 and o.round = item.round) i
      where o.id = $1`,
    [id, rows.map(({round}) => round), rows.map(({state}) => outcomeOf(state) === 'ok')],
  )
}

type JudgedState = 'resolved' | 'already_in_sap' | 'failed_same' | 'failed_new'

interface JudgedRow {
  readonly position: number
  readonly letter_id: string
  readonly message_id: string
  readonly state: JudgedState
  readonly round: number
}

function outcomeOf(state: JudgedState): RecentOutcome {
  switch (state) {
    case 'resolved':
    case 'already_in_sap':
      return 'ok'
    case 'failed_same':
    case 'failed_new':
      return state
  }
}

const batchSize = 2000
