import type {Queryable} from '#lib/db/database.js'

/** The documents of these messages, as they are now. */
export async function readPayloads(
  database: Queryable,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, unknown>> {
  const {rows} = await database.query<{id: string; payload: unknown}>(
    'select id, payload from erpsync.message where id = any ($1::uuid[])',
    [messageIds],
  )
  return new Map(rows.map(({id, payload}) => [id, payload]))
}
