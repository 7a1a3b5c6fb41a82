import type {Database, Queryable} from '#lib/db/database.js'
import {toJsonb} from '#lib/db/jsonb.js'
import type {Operator} from '#lib/ledger/trail.js'
import type {Guards} from '#lib/metering/guards.js'
import {findOperation, newOperationId, type Operation, type OperationKind} from './operation.js'
import {conditionOf, type Selection, selectionText} from './selection.js'

export interface FreezeRequest {
  readonly kind: OperationKind
  readonly selection: Selection
  readonly guards: Guards
  /** Only so many, the oldest; null for all. */
  readonly limit: number | null
}

export interface Frozen {
  readonly operation: Operation
  /** Ids that were named and belong to no letter. */
  readonly unknown: readonly string[]
}

/**
 * Writes down which letters an operation is about, in the order in which they
 * will be sent: oldest message first, so that the messages of a key come in
 * their order. What dies later is not among them. Nothing is sent, and nobody is
 * kept from these letters before the operation is started.
 */
export async function freezeLetters(
  database: Database,
  {kind, selection, guards, limit}: FreezeRequest,
  {actor, host, reason, ticket}: Operator,
): Promise<Frozen> {
  const id = newOperationId()
  const {where, values} = conditionOf(selection)
  const own = (offset: number): string => `$${values.length + offset}`
  const frozen = await database.transaction(async (tx) => {
    await tx.query(
      `insert into erpsync.operation (id, kind, query, guards, created_by, changed_by, host, reason, ticket)
       values ($1, $2, $3, $4::jsonb, $5, $5, $6, $7, $8)`,
      [id, kind, selectionText(selection), toJsonb(guards), actor, host, reason, ticket],
    )
    await tx.query(
      `insert into erpsync.operation_item
              (operation_id, position, letter_id, message_id, flow, group_id, business_key, state, why, decided_at)
       select ${own(1)}, row_number() over (order by chosen.message_seq, chosen.seq), chosen.id, chosen.message_id,
              chosen.flow, chosen.group_id, chosen.business_key,
              case when chosen.why is null then 'planned' else 'skipped' end, chosen.why,
              case when chosen.why is not null then now() end
         from (select l.id, l.seq, l.message_id, m.seq as message_seq, l.flow, l.group_id, l.business_key,
                      ${obstacle(own(3))} as why
                 from erpsync.dead_letter l
                 join erpsync.dead_letter_group g on g.id = l.group_id
                 left join erpsync.message m on m.id = l.message_id
                where ${where}
                order by m.seq, l.seq
                limit ${own(2)}) chosen`,
      // What is edited, or named one by one, somebody has looked at.
      [...values, id, limit, kind === 'replay' && selection.kind !== 'ids'],
    )
    const operation = await findOperation(tx, id)
    if (operation === undefined) throw new Error(`operation ${id} is gone`)
    return {operation, unknown: selection.kind === 'ids' ? await unknownOf(tx, selection.ids) : []}
  })
  // Else PostgreSQL takes the table for a small one, and reads all of it for each batch that is sent.
  if (frozen.operation.counts.letters >= many) await database.query('analyze erpsync.operation_item')
  return frozen
}

/** Forgets a plan that nobody wants. */
export async function dropPlan(database: Queryable, id: string): Promise<void> {
  await database.query(`delete from erpsync.operation where id = $1 and state = 'planned'`, [id])
}

async function unknownOf(database: Queryable, ids: readonly string[]): Promise<readonly string[]> {
  const {rows} = await database.query<{id: string}>(
    `select distinct named.id
       from unnest($1::uuid[]) as named (id)
      where not exists (select from erpsync.dead_letter l where l.id = named.id)
        and not exists (select from erpsync.dead_letter l where l.message_id = named.id)`,
    [ids],
  )
  return rows.map(({id}) => id)
}

/** Why a letter cannot be sent again, or null if it can. */
function obstacle(followsRules: string): string {
  return `case when m.waived then 'its successors were let go on; sent now, it would overwrite them'
                           when l.message_id is null then 'was refused before it became a message; push it again once it is mended'
                           when l.state = 'replayed' then 'is on its way already'
                           when l.state = 'died_again' then 'has a newer letter'
                           when l.state <> 'open' then 'is over'
                           when ${followsRules}::boolean and g.replayable = 'never' then 'a rule says that its group is never replayed'
                      end`
}

const many = 1000
