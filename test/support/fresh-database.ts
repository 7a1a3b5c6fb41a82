import {randomBytes} from 'node:crypto'
import {openDatabase, type Database} from '#lib/db/database.js'
import {atTeardown, needServices, services} from './services.js'

needServices()

export interface FreshDatabase {
  readonly url: string
  readonly drop: () => Promise<void>
}

type Prepare = (database: Database) => Promise<unknown>

const templates = new Map<Prepare, Promise<string>>()

/** A database of its own for a test file, cloned from a template that was prepared (migrated) once in this run. */
export async function freshDatabase(prepare: Prepare = leaveEmpty): Promise<FreshDatabase> {
  const template = templates.get(prepare) ?? makeTemplate(prepare)
  templates.set(prepare, template)
  const name = newName('test')
  await asAdministrator(`create database ${name} template ${await template}`)
  const {postgresUrl} = await services()
  return {url: urlOf(postgresUrl, name), drop: async () => dropDatabase(name)}
}

async function makeTemplate(prepare: Prepare): Promise<string> {
  const name = newName('template')
  await asAdministrator(`create database ${name} template template0`)
  atTeardown(async () => dropDatabase(name))
  const {postgresUrl} = await services()
  const database = openDatabase(urlOf(postgresUrl, name), {max: 1})
  try {
    await prepare(database)
  } finally {
    await database.close()
  }
  return name
}

/** Ends the connections to it as well: a test that failed may have left some open. */
async function dropDatabase(name: string): Promise<void> {
  await asAdministrator(`drop database if exists ${name} with (force)`)
}

async function asAdministrator(statement: string): Promise<void> {
  const {postgresUrl} = await services()
  const database = openDatabase(postgresUrl, {max: 1})
  try {
    await database.query(statement)
  } finally {
    await database.close()
  }
}

function urlOf(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.toString()
}

function newName(kind: string): string {
  return `erpsync_${kind}_${randomBytes(6).toString('hex')}`
}

async function leaveEmpty(): Promise<void> {}
