import type {Queryable, Transaction} from '#lib/db/database.js'
import {toJsonb} from '#lib/db/jsonb.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Problem} from '#lib/intake/door.js'

/** A key whose row was read and did not go in. */
export interface Refusal {
  readonly key: string
  readonly problems: readonly Problem[]
}

/** The keys that every run reads again. */
export async function refusedKeys(database: Queryable, flow: string): Promise<readonly string[]> {
  const {rows} = await database.query<{business_key: string}>(
    'select business_key from erpsync.source_refusal where flow = $1 order by business_key',
    [flow],
  )
  return rows.map(({business_key}) => business_key)
}

/**
 * Keeps keys that were refused, and forgets those that went in.
 *
 * @throws ErpSyncError 4 if they become too many to be read again by every run, which rolls everything back.
 */
export async function noteRefusals(
  tx: Transaction,
  flow: string,
  {refused, settled}: {readonly refused: readonly Refusal[]; readonly settled: readonly string[]},
): Promise<void> {
  await forgetRefusals(tx, flow, settled)
  if (refused.length === 0) return
  const distinct = [...new Map(refused.map((one) => [one.key, one])).values()]
  await tx.query(
    `insert into erpsync.source_refusal as r (flow, business_key, problems)
     select $1, business_key, problems::jsonb from unnest($2::text[], $3::text[]) as n (business_key, problems)
         on conflict (flow, business_key) do update set problems = excluded.problems, last_at = now()`,
    [flow, distinct.map(({key}) => key), distinct.map(({problems}) => toJsonb(problems))],
  )
  const {rows} = await tx.query<{count: number}>(
    'select count(*)::integer as count from erpsync.source_refusal where flow = $1',
    [flow],
  )
  if ((rows[0]?.count ?? 0) > mostRefusals) throw tooMany(flow)
}

/** Forgets keys that went in, or are gone from the source. */
export async function forgetRefusals(database: Queryable, flow: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await database.query('delete from erpsync.source_refusal where flow = $1 and business_key = any ($2)', [flow, keys])
}

function tooMany(flow: string): ErpSyncError {
  return new ErpSyncError(
    `More than ${mostRefusals} rows of the source of ${flow} are refused. It is read no further.`,
    {
      code: 'source_refusals_full',
      exitCode: exitCodes.stoppedByGuard,
      hint: `See why: erpsync source show ${flow}; mend the rows, the query or the schema, and type the same again.`,
    },
  )
}

/** Each of them is read again by every run. */
const mostRefusals = 10_000
