import type {Queryable} from '#lib/db/database.js'
import type {Horizon} from './mark.js'
import {timeText} from './read-source.js'
import {sourceReaders} from './source.js'

/** How far a source can be read for good, and what stands in the way. */
export interface SourceHorizon extends Horizon {
  /** The oldest transaction under way, if there is one. */
  readonly heldBy: {readonly pid: number; readonly application: string; readonly forS: number} | null
  /** Sessions whose transactions are not shown to us. */
  readonly hidden: number
  /** The role that reads. */
  readonly role: string
  /** Whether it is a standby, on which the transactions of its primary cannot be seen. */
  readonly isStandby: boolean
}

/**
 * Asks a source for the oldest transaction that may still commit. It has to be
 * asked before the snapshot is taken: who begins later writes later times.
 * A second is taken off since a transaction knows its time a little before others
 * can see that it has begun. Our own readers write nothing.
 */
export async function readHorizon(database: Queryable): Promise<SourceHorizon> {
  const {rows} = await database.query<HorizonRow>(
    `with other as (
       select pid, application_name, xact_start,
              not pg_has_role('pg_read_all_stats', 'usage') and not pg_has_role(usesysid, 'usage') as is_hidden
         from pg_stat_activity
        where datname = current_database()
          and pid <> pg_backend_pid()
          and usesysid is not null
          and application_name not like $1
     ), oldest as (
       select pid, application_name, xact_start from other where xact_start is not null order by xact_start limit 1
     )
     select ${timeText(`least(now() - interval '1 second', (select xact_start from oldest),
                             (select min(prepared) from pg_prepared_xacts where database = current_database()))`)} as at,
            oldest.pid, oldest.application_name,
            floor(extract(epoch from now() - oldest.xact_start))::integer as for_s,
            (select count(*)::integer from other where is_hidden) as hidden,
            current_user as role,
            pg_is_in_recovery() as is_standby
       from (select) one
       left join oldest on true`,
    [`${sourceReaders}%`],
  )
  const [row] = rows
  if (row === undefined) throw new Error('a source says nothing of its transactions')
  const {at, pid, application_name, for_s, hidden, role, is_standby} = row
  return {
    at,
    heldBy: pid === null ? null : {pid, application: application_name ?? '', forS: for_s ?? 0},
    hidden,
    role,
    isStandby: is_standby,
  }
}

/** The time of a source, as a mark is written. */
export async function readSourceTime(database: Queryable): Promise<string> {
  const {rows} = await database.query<{now: string}>(`select ${timeText('clock_timestamp()')} as now`)
  const [row] = rows
  if (row === undefined) throw new Error('a source does not know what time it is')
  return row.now
}

interface HorizonRow {
  readonly at: string
  readonly pid: number | null
  readonly application_name: string | null
  readonly for_s: number | null
  readonly hidden: number
  readonly role: string
  readonly is_standby: boolean
}
