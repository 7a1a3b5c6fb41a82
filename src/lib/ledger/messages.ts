import type {Queryable} from '#lib/db/database.js'

/** The payload of a message that is too large for the broker. */
export async function readPayload(database: Queryable, id: string): Promise<unknown> {
  const {rows} = await database.query<{payload: unknown}>('select payload from erpsync.message where id = $1', [id])
  return rows[0]?.payload
}
