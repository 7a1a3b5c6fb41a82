import {randomBytes} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import type {Flow} from '#lib/config/load.js'
import type {SourceSettings} from '#lib/config/source.js'
import {type Database, openDatabase} from '#lib/db/database.js'
import {errorCode} from '#lib/kernel/errors.js'
import {didYouMean} from '#lib/kernel/suggest.js'
import type {MarkKind} from './mark.js'
import {missingSource, queryFailure, unusableSource} from './source-errors.js'

/** Where the documents of a flow are: a query against the database of an internal system. */
export interface Source {
  readonly flow: string
  readonly settings: SourceSettings
  /** The SELECT, ready to stand in brackets. */
  readonly query: string
  readonly database: Database
  readonly columns: SourceColumns
  /** Once it aborts, nothing more is read. */
  readonly signal: AbortSignal
  readonly close: () => Promise<void>
}

export type KeyType = 'text' | 'bigint' | 'uuid'

/** What of the query's columns matters. */
export interface SourceColumns {
  /** Type of the key, to compare without giving up an index; null for one that is compared as text. */
  readonly keyType: KeyType | null
  readonly markType: string
  readonly markKind: MarkKind
  /** Whether a column `document` holds it; else the row itself is the document. */
  readonly hasDocument: boolean
}

/**
 * Opens the source of a flow on a connection of its own, and asks what its query gives.
 *
 * @throws ErpSyncError 2 if the flow has none, 78 if its query does not run or lacks a column.
 */
export async function openSource(flow: Flow, signal: AbortSignal): Promise<Source> {
  const {source: settings, name} = flow
  if (settings === undefined) throw missingSource(name)
  const query = await readQuery(name, settings.query)
  // By it our own statements can be found, and broken off.
  const applicationName = `${sourceReaders}${randomBytes(6).toString('hex')}`
  const database = openDatabase(settings.url, {
    max: 2,
    applicationName,
    setting: `flows.${name}.source.url`,
    statementTimeoutMs: settings.timeout,
  })
  const breakOff = (): void => void cancelStatements(database, applicationName).catch(() => {})
  signal.addEventListener('abort', breakOff, {once: true})
  try {
    const columns = await describeColumns(database, {flow: name, settings, query})
    const close = async (): Promise<void> => {
      signal.removeEventListener('abort', breakOff)
      await database.close()
    }
    return {flow: name, settings, query, database, columns, signal, close}
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Nobody who has said stop waits for the source to sort its rows. */
async function cancelStatements(database: Database, applicationName: string): Promise<void> {
  await database.query(
    `select pg_cancel_backend(pid) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()`,
    [applicationName],
  )
}

/** What the application names of those begin with who only read. */
export const sourceReaders = 'erpsync source '

/**
 * Reads the query of a flow's source.
 *
 * @throws ErpSyncError 78 if there is no such file.
 */
export async function readQuery(flow: string, path: string): Promise<string> {
  try {
    // Some write the end of a statement, which cannot stand within brackets.
    return (await readFile(path, 'utf8')).replace(/[\s;]+$/, '')
  } catch (error) {
    throw unusableSource(flow, `${path} cannot be read (${errorCode(error) ?? 'unknown error'})`, error)
  }
}

async function describeColumns(
  database: Database,
  {flow, settings, query}: Pick<Source, 'flow' | 'settings' | 'query'>,
): Promise<SourceColumns> {
  const fields = await fieldsOf(database, {flow, settings, query})
  const typeOf = (setting: 'key' | 'watermark'): number => {
    const name = settings[setting]
    const field = fields.find((one) => one.name === name)
    if (field !== undefined) return field.dataTypeID
    const names = fields.map((one) => one.name)
    throw unusableSource(
      flow,
      `the query has no column "${name}" (${setting}); it has ${names.join(', ')}.${didYouMean(name, names)}`,
    )
  }
  const mark = markTypes.get(typeOf('watermark'))
  if (mark === undefined) {
    const known = [...markTypes.values()].map(({type}) => type).join(', ')
    throw unusableSource(
      flow,
      `the column "${settings.watermark}" cannot be a watermark; its type has to be one of ${known}`,
    )
  }
  const {overlap} = settings
  if (overlap !== undefined && overlap.kind !== mark.kind) {
    const wanted =
      mark.kind === 'time' ? 'a time: write a duration such as 5m' : 'a number: write a number such as 1000'
    throw unusableSource(flow, `overlap does not fit: the column "${settings.watermark}" is ${wanted}`)
  }
  const document = fields.find(({name}) => name === 'document')
  return {
    keyType: keyTypes.get(typeOf('key')) ?? null,
    markType: mark.type,
    markKind: mark.kind,
    hasDocument: document !== undefined && jsonTypes.has(document.dataTypeID),
  }
}

async function fieldsOf(
  database: Database,
  {flow, settings, query}: Pick<Source, 'flow' | 'settings' | 'query'>,
): ReturnType<typeof queryFields> {
  try {
    return await queryFields(database, query)
  } catch (error) {
    throw queryFailure({flow, settings}, error)
  }
}

/** The parameter keeps the server from taking more than one statement. */
async function queryFields(database: Database, query: string) {
  return (await database.query(`select * from (\n${query}\n) s where $1::boolean limit 0`, [false])).fields
}

/** OIDs of PostgreSQL's own types never change. */
const markTypes: ReadonlyMap<number, {readonly type: string; readonly kind: MarkKind}> = new Map([
  [1184, {type: 'timestamptz', kind: 'time'}],
  [1114, {type: 'timestamp', kind: 'time'}],
  [1082, {type: 'date', kind: 'time'}],
  [20, {type: 'bigint', kind: 'number'}],
  [23, {type: 'integer', kind: 'number'}],
  [21, {type: 'smallint', kind: 'number'}],
])

const keyTypes: ReadonlyMap<number, KeyType> = new Map([
  [25, 'text'],
  [1043, 'text'],
  [20, 'bigint'],
  [23, 'bigint'],
  [21, 'bigint'],
  [2950, 'uuid'],
])

const jsonTypes: ReadonlySet<number> = new Set([114, 3802])
