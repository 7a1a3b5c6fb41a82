import type {Transaction} from '#lib/db/database.js'
import type {RecentOutcome} from '#lib/metering/breached-rule.js'

export interface JudgedItem {
  readonly messageId: string
  readonly outcome: RecentOutcome
}

/**
 * Gives what was sent its outcome: by what became of the message, not by having
 * been sent. Belongs into a transaction that holds the run. What died counts
 * once its letter is archived, which says of what.
 */
export async function judgeItems(tx: Transaction, id: string): Promise<readonly JudgedItem[]> {
  const {rows} = await tx.query<JudgedRow>(
    `with outcome as (
       select i.position,
              case m.state when 'synced' then 'resolved'
                           when 'dead' then 'failed'
                           else 'skipped'
              end as state,
              case m.state when 'dead' then letter.code
                           when 'superseded' then 'a newer version is there'
                           when 'discarded' then 'a person set its message aside'
              end as why,
              letter.first_seen >= r.created_at as is_new
         from erpsync.resync_item i
         join erpsync.resync_run r on r.id = i.run_id
         join erpsync.message m on m.id = i.message_id
         left join lateral (select l.code, g.first_seen
                              from erpsync.dead_letter l
                              join erpsync.dead_letter_group g on g.id = l.group_id
                             where l.message_id = i.message_id
                               and m.state = 'dead'
                             order by l.seq desc
                             limit 1) letter on true
        where i.run_id = $1
          and i.state = 'sent'
          and (m.state in ('synced', 'superseded', 'discarded') or (m.state = 'dead' and letter.code is not null))
        order by i.position
        limit $2
     )
     update erpsync.resync_item i
        set state = o.state, why = o.why, decided_at = now()
       from outcome o
      where i.run_id = $1
        and i.position = o.position
     returning i.position, i.message_id, i.state, i.round, coalesce(o.is_new, false) as is_new`,
    [id, batchSize],
  )
  if (rows.length === 0) return []
  await countRound(tx, id, rows)
  return rows
    .toSorted((a, b) => a.position - b.position)
    .map(({message_id, state, is_new}) => ({messageId: message_id, outcome: outcomeOf(state, is_new)}))
}

async function countRound(tx: Transaction, id: string, rows: readonly JudgedRow[]): Promise<void> {
  await tx.query(
    `update erpsync.resync_run r
        set round_ok     = r.round_ok + i.ok,
            round_failed = r.round_failed + i.failed
       from (select count(*) filter (where item.ok) as ok, count(*) filter (where not item.ok) as failed
               from unnest($2::integer[], $3::boolean[]) as item (round, ok)
               join erpsync.resync_run r on r.id = $1 and r.round = item.round) i
      where r.id = $1`,
    [id, rows.map(({round}) => round), rows.map(({state}) => state !== 'failed')],
  )
}

interface JudgedRow {
  readonly position: number
  readonly message_id: string
  readonly state: 'resolved' | 'failed' | 'skipped'
  readonly round: number
  readonly is_new: boolean
}

function outcomeOf(state: JudgedRow['state'], isNew: boolean): RecentOutcome {
  if (state !== 'failed') return 'ok'
  return isNew ? 'failed_new' : 'failed_same'
}

const batchSize = 2000
