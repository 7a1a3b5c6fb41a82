import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {type Database, openDatabase} from '#lib/db/database.js'
import {freshDatabase} from './fresh-database.js'
import {order} from './orders.js'

/** The database of an internal system, with orders that it changes itself. */
export interface Shop {
  readonly url: string
  readonly database: Database
  /** Settings of a flow's source that reads these orders; the query's file is written into the folder. */
  readonly source: (folder: string, settings?: Readonly<Record<string, unknown>>) => Promise<Record<string, unknown>>
  /** Writes an order as the shop does: a revision more each time, and the time of the transaction. */
  readonly save: (orderId: string, changes?: Readonly<Record<string, unknown>>) => Promise<void>
  readonly close: () => Promise<void>
}

export async function openShop(): Promise<Shop> {
  const fresh = await freshDatabase(prepareShop)
  const database = openDatabase(fresh.url, {max: 8, applicationName: 'shop'})
  return {
    url: fresh.url,
    database,
    source: async (folder, settings = {}) => {
      const query = join(folder, 'orders.sql')
      await writeFile(query, ordersQuery)
      return {url: fresh.url, query, key: 'order_id', watermark: 'updated_at', ...settings}
    },
    save: async (orderId, changes = {}) => {
      await database.query(saveOrder, [orderId, JSON.stringify({...order(orderId), revision: undefined, ...changes})])
    },
    close: async () => {
      await database.close()
      await fresh.drop()
    },
  }
}

/** Writes an order (`$1`, with the document `$2`), or its next revision. */
export const saveOrder = `
  insert into shop_order as o (order_id, revision, body) values ($1, 1, $2)
      on conflict (order_id) do update
     set revision = o.revision + 1, body = excluded.body, updated_at = now(), change = nextval('shop_change')`

const ordersQuery = `
  -- An order a row.
  select order_id, updated_at, change, body || jsonb_build_object('revision', revision) as document
    from shop_order;
`

async function prepareShop(database: Database): Promise<void> {
  await database.query('create sequence shop_change')
  await database.query(
    `create table shop_order (
       order_id   text        primary key,
       revision   integer     not null,
       body       jsonb       not null,
       updated_at timestamptz not null default now(),
       change     bigint      not null default nextval('shop_change')
     )`,
  )
  await database.query('create index on shop_order (updated_at, order_id)')
}
