import type pg from 'pg'

/**
 * Reads the rows of a query with no more than `size` of them in memory: a cursor
 * on a client of its own, in a read-only transaction that sees one moment.
 */
export async function* readRows<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  {sql, values, size}: {readonly sql: string; readonly values: readonly unknown[]; readonly size: number},
): AsyncGenerator<Row[]> {
  // A client that is checked out reports a lost connection here as well as by the failing query.
  const ignoreLoss = (): void => {}
  client.on('error', ignoreLoss)
  let isClean = false
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query(`declare rows no scroll cursor for ${sql}`, [...values])
    for (;;) {
      const {rows} = await client.query<Row>(`fetch forward ${size} from rows`)
      if (rows.length > 0) yield rows
      if (rows.length < size) break
    }
  } finally {
    isClean = await client.query('rollback').then(
      () => true,
      () => false,
    )
    client.off('error', ignoreLoss)
    client.release(!isClean)
  }
}
