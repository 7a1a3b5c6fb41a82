import {type Database, openDatabase} from '#lib/db/database.js'
import type {MessageState} from '#lib/kernel/state.js'
import type {LedgerMessage} from './take-account.js'

/** How the messages of all flows stand. */
export interface Standing {
  readonly synced: number
  readonly dead: number
  /** Of the dead, those whose letter is not in the archive yet. */
  readonly unarchived: number
  readonly inFlight: number
  readonly inDoubt: number
  readonly retrying: number
  /** All that are still on their way, the three above included. */
  readonly underWay: number
}

/** The ledger as an auditor reads it: by SQL of its own, and nothing but reading. */
export interface LedgerReader {
  readonly isEmpty: () => Promise<boolean>
  readonly standing: () => Promise<Standing>
  readonly messages: () => Promise<readonly LedgerMessage[]>
  readonly close: () => Promise<void>
}

export function openLedgerReader(url: string): LedgerReader {
  const database = openDatabase(url, {max: 1, applicationName: 'erpsync demo'})
  return {
    isEmpty: async () => isEmpty(database),
    standing: async () => readStanding(database),
    messages: async () => readMessages(database),
    close: database.close,
  }
}

/** Also of a database that was never migrated. */
async function isEmpty(database: Database): Promise<boolean> {
  const prepared = await database.query<{found: boolean}>(`select to_regclass('erpsync.message') is not null as found`)
  if (prepared.rows[0]?.found !== true) return true
  const {rows} = await database.query<{found: boolean}>('select exists (select from erpsync.message) as found')
  return rows[0]?.found !== true
}

async function readStanding(database: Database): Promise<Standing> {
  const {rows} = await database.query<StandingRow>(
    `select count(*) filter (where m.state = 'synced')::integer     as synced,
            count(*) filter (where m.state = 'dead')::integer       as dead,
            count(*) filter (where m.state = 'dead' and l.id is null)::integer as unarchived,
            count(*) filter (where m.state = 'in_flight')::integer  as in_flight,
            count(*) filter (where m.state = 'in_doubt')::integer   as in_doubt,
            count(*) filter (where m.state = 'retry_wait')::integer as retrying,
            count(*) filter (where m.finished_at is null and m.state <> 'dead')::integer as under_way
       from erpsync.message m
       left join erpsync.dead_letter l on l.message_id = m.id and l.state = 'open'`,
  )
  const {in_flight: inFlight, in_doubt: inDoubt, under_way: underWay, ...same} = rows[0] ?? noRow
  return {...same, inFlight, inDoubt, underWay}
}

async function readMessages(database: Database): Promise<readonly LedgerMessage[]> {
  const {rows} = await database.query<MessageRow>(
    `select id, flow, business_key, reference, state
       from erpsync.message
      order by seq`,
  )
  return rows.map(toMessage)
}

interface StandingRow extends Pick<Standing, 'synced' | 'dead' | 'unarchived' | 'retrying'> {
  readonly in_flight: number
  readonly in_doubt: number
  readonly under_way: number
}

const noRow: StandingRow = {synced: 0, dead: 0, unarchived: 0, retrying: 0, in_flight: 0, in_doubt: 0, under_way: 0}

interface MessageRow {
  readonly id: string
  readonly flow: string
  readonly business_key: string
  readonly reference: string | null
  readonly state: MessageState
}

/** Only a create carries a reference; what is created or changed by its key is found in SAP under that key. */
function toMessage({business_key: key, reference, ...same}: MessageRow): LedgerMessage {
  return {...same, effect: reference === null ? 'upsert' : 'create', reference: reference ?? key}
}
