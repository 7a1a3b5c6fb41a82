import type {Transaction} from '#lib/db/database.js'
import type {LetterGroup} from '#lib/deadletters/grouping/fingerprint.js'

/** A group, and the letter it was seen by. */
export interface SeenGroup extends LetterGroup {
  readonly sample: string
  readonly seenAt: Date
}

/**
 * Locks groups until the transaction ends, in the order of their ids, as the
 * triggers that count letters do. Whoever changes letters by several statements
 * locks all groups first: else two of them could wait for each other.
 */
export async function lockGroups(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx.query(`select from erpsync.dead_letter_group where id = any ($1::text[]) order by id for no key update`, [
    [...new Set(ids)],
  ])
}

/**
 * Adds the groups that are not there, and tells the others what the rules say of them now.
 *
 * @returns the ids of those that were added.
 */
export async function upsertGroups(tx: Transaction, groups: readonly SeenGroup[]): Promise<ReadonlySet<string>> {
  const columns = [
    groups.map(({id}) => id),
    groups.map(({version}) => version),
    groups.map(({flow}) => flow),
    groups.map(({stage}) => stage),
    groups.map((group) => group.class),
    groups.map(({code}) => code),
    groups.map(({template}) => template),
    groups.map(({sample}) => sample),
    groups.map(({title}) => title),
    groups.map(({runbook}) => runbook),
    groups.map(({replayable}) => replayable),
    groups.map(({seenAt}) => seenAt),
  ]
  const {rows} = await tx.query<{id: string}>(
    `insert into erpsync.dead_letter_group
            (id, version, flow, stage, class, code, template, sample, title, runbook, replayable, first_seen, last_seen)
     select id, version, flow, stage, class, code, template, sample, title, runbook, replayable, seen_at, seen_at
       from ${incoming}
      order by id
         on conflict do nothing
     returning id`,
    columns,
  )
  await tx.query(
    `update erpsync.dead_letter_group g
        set title = s.title, runbook = s.runbook, replayable = s.replayable
       from ${incoming}
      where g.id = s.id
        and (g.title, g.runbook, g.replayable) is distinct from (s.title, s.runbook, s.replayable)`,
    columns,
  )
  return new Set(rows.map(({id}) => id))
}

const incoming = `unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                   $9::text[], $10::text[], $11::text[], $12::timestamptz[])
         as s (id, version, flow, stage, class, code, template, sample, title, runbook, replayable, seen_at)`
