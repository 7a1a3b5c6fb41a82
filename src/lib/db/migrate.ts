import {readdir, readFile} from 'node:fs/promises'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Database, Queryable, Transaction} from './database.js'

interface Migration {
  readonly number: number
  /** The file's name, e.g. `0001_ledger.sql`. */
  readonly name: string
  readonly sql: string
}

interface AppliedMigration {
  readonly number: number
  readonly name: string
  readonly appliedAt: Date
}

export interface SchemaStatus {
  /** Number of the newest migration in the database; 0 before the first. */
  readonly current: number
  /** Number of the newest migration this release knows. */
  readonly latest: number
  readonly applied: readonly AppliedMigration[]
  readonly pending: readonly string[]
}

/**
 * Brings the schema up to this release: numbered files, forward only, one
 * transaction, guarded by an advisory lock so that two hosts may try at once.
 *
 * @returns the names of the migrations that were applied now.
 * @throws ErpSyncError 78 if the database belongs to a newer release.
 */
export async function migrateDatabase(database: Database): Promise<readonly string[]> {
  const migrations = await readMigrations()
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [migrationLock])
    await tx.query('create schema if not exists erpsync')
    await tx.query(
      `create table if not exists erpsync.migration (
         number     integer     primary key,
         name       text        not null,
         applied_at timestamptz not null default now()
       )`,
    )
    const current = await currentNumber(tx)
    refuseNewer(current, migrations)
    const pending = migrations.filter(({number}) => number > current)
    for (const migration of pending) await apply(tx, migration)
    return pending.map(({name}) => name)
  })
}

/** What is applied and what is missing. Changes nothing, works on an empty database. */
export async function schemaStatus(database: Database): Promise<SchemaStatus> {
  const migrations = await readMigrations()
  const applied = (await isPrepared(database)) ? await readApplied(database) : []
  const current = applied.at(-1)?.number ?? 0
  return {
    current,
    latest: migrations.at(-1)?.number ?? 0,
    applied,
    pending: migrations.filter(({number}) => number > current).map(({name}) => name),
  }
}

/**
 * Refuses to work on a schema of another release.
 *
 * @throws ErpSyncError 78 that says which command brings the two together.
 */
export async function requireCurrentSchema(database: Database): Promise<void> {
  const {current, latest} = await schemaStatus(database)
  if (current > latest) throw newerSchema(current, latest)
  if (current === latest) return
  throw new ErpSyncError(`The database is at schema ${current}, this release needs ${latest}.`, {
    code: 'schema_outdated',
    exitCode: exitCodes.configuration,
    hint: 'Type: erpsync db migrate',
  })
}

async function readMigrations(): Promise<readonly Migration[]> {
  const folder = new URL('migrations/', import.meta.url)
  const names = (await readdir(folder)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).toSorted()
  return Promise.all(
    names.map(async (name) => ({
      number: Number(name.slice(0, 4)),
      name,
      sql: await readFile(new URL(name, folder), 'utf8'),
    })),
  )
}

async function isPrepared(database: Queryable): Promise<boolean> {
  const {rows} = await database.query<{prepared: boolean}>(
    `select to_regclass('erpsync.migration') is not null as prepared`,
  )
  return rows[0]?.prepared ?? false
}

async function readApplied(database: Queryable): Promise<readonly AppliedMigration[]> {
  const {rows} = await database.query<{number: number; name: string; applied_at: Date}>(
    'select number, name, applied_at from erpsync.migration order by number',
  )
  return rows.map(({number, name, applied_at}) => ({number, name, appliedAt: applied_at}))
}

async function currentNumber(tx: Transaction): Promise<number> {
  return (await readApplied(tx)).at(-1)?.number ?? 0
}

async function apply(tx: Transaction, {number, name, sql}: Migration): Promise<void> {
  await tx.query(sql)
  await tx.query('insert into erpsync.migration (number, name) values ($1, $2)', [number, name])
}

function refuseNewer(current: number, migrations: readonly Migration[]): void {
  const latest = migrations.at(-1)?.number ?? 0
  if (current > latest) throw newerSchema(current, latest)
}

function newerSchema(current: number, latest: number): ErpSyncError {
  return new ErpSyncError(`The database is at schema ${current}, this release knows only ${latest}.`, {
    code: 'schema_newer',
    exitCode: exitCodes.configuration,
    hint: 'Install the release that migrated it; a schema never goes back.',
  })
}

/** An arbitrary number that only erpsync's migrations lock. */
const migrationLock = 7_277_700_451
