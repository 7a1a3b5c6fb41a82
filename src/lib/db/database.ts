import pg from 'pg'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {maskUrl} from '#lib/kernel/mask.js'
import {describeFailure, ledgerSetting, type Server} from './describe-failure.js'
import {type Hold, takeLock} from './hold.js'
import {keepListening, type Listener} from './listen.js'
import {readRows} from './read-rows.js'

/** Anything that runs one statement: the pool, or the client of a transaction. */
export interface Queryable {
  readonly query: <Row extends pg.QueryResultRow>(
    sql: string,
    values?: readonly unknown[],
  ) => Promise<{readonly rows: Row[]; readonly rowCount: number | null; readonly fields: readonly Field[]}>
}

/** A column of a result, with the OID of its type. */
interface Field {
  readonly name: string
  readonly dataTypeID: number
}

/** A statement with what it is about. */
export interface Statement {
  /** The server keeps its plan under this name, as long as the connection lasts. */
  readonly name: string
  readonly sql: string
  readonly values: readonly unknown[]
}

/** A statement runner whose statements all happen or none. */
export interface Transaction extends Queryable {
  readonly inTransaction: true
}

export interface Database extends Queryable {
  /** The address, password masked. */
  readonly address: string
  readonly transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>
  /**
   * Runs statements as one transaction and in one round trip: none can know what the one before it has answered.
   * Answers what the last one does.
   */
  readonly atOnce: <Row extends pg.QueryResultRow>(statements: readonly Statement[]) => Promise<{readonly rows: Row[]}>
  /**
   * The rows of a query, so many at a time, as one moment saw them. The transaction stays open while they are read: who
   * stops in between has to leave the loop.
   */
  readonly read: <Row extends pg.QueryResultRow>(
    sql: string,
    values: readonly unknown[],
    size: number,
  ) => AsyncGenerator<Row[]>
  /** Calls back on every NOTIFY of the channel, and reconnects until closed. */
  readonly listen: (channel: string, heard: () => void) => Listener
  /** Takes a lock that all hosts see, until it is released or this process or its connection is gone. Undefined if another has it. */
  readonly hold: (lock: string) => Promise<Hold | undefined>
  readonly close: () => Promise<void>
}

export interface DatabaseOptions {
  /** Connections at most. */
  readonly max?: number
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string
  /** The setting that holds the address, for what people are told. */
  readonly setting?: string
  /** How long the server may take for a statement. */
  readonly statementTimeoutMs?: number
}

/**
 * Opens a pool. Nothing is connected before the first query, so a command that
 * fails on its flags touches no network.
 *
 * @throws ErpSyncError 78 if the URL is none of PostgreSQL's.
 */
export function openDatabase(
  url: string,
  {max = 4, applicationName = 'erpsync', setting = ledgerSetting, statementTimeoutMs = 120_000}: DatabaseOptions = {},
): Database {
  requireAddress(url, setting)
  const settings = {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  }
  const pool = new pg.Pool({
    ...settings,
    max,
    // Queries of one client are sent as they come, and not each after the answer to the one before it.
    pipeline: true,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 120_000,
    // Longer than what the server allows itself: only a connection that is dead without a word gets here.
    query_timeout: statementTimeoutMs + 10_000,
  })
  // An idle connection that dies is replaced at the next query; the pool only needs somebody to listen.
  pool.on('error', () => {})
  const server: Server = {address: maskUrl(url), setting}

  return {
    address: server.address,
    query: async <Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]) =>
      run(server, async () => pool.query<Row>(sql, values && [...values])),
    transaction: async (work) => runTransaction(pool, server, work),
    atOnce: async (statements) => runAtOnce(pool, server, statements),
    read: (sql, values, size) => readFrom(pool, server, {sql, values, size}),
    listen: (channel, heard) => keepListening(settings, channel, heard),
    hold: async (lock) => run(server, async () => takeLock(settings, lock)),
    close: async () => pool.end(),
  }
}

/**
 * Whether the same work may succeed if it is tried again: PostgreSQL could not
 * be reached or went away, is short of something, stands by for another server,
 * took too long, or broke the transaction off.
 */
export function isPassingDatabaseError(thrown: unknown): boolean {
  if (thrown instanceof ErpSyncError) return thrown.code === 'postgres_unreachable'
  const code = errorCode(thrown) ?? ''
  return isBrokenOff(thrown) || code.startsWith('53') || passingStates.has(code)
}

/** Whether PostgreSQL broke a transaction off for the sake of another one. */
export function isBrokenOff(thrown: unknown): boolean {
  return ['40001', '40P01'].includes(errorCode(thrown) ?? '')
}

/** Read-only (a server that is not, or no longer, the primary), statement timeout, lock timeout. */
const passingStates: ReadonlySet<string> = new Set(['25006', '57014', '55P03'])

function requireAddress(url: string, setting: string): void {
  if (URL.canParse(url) && ['postgres:', 'postgresql:'].includes(new URL(url).protocol)) return
  throw new ErpSyncError(`${setting}: not an address that starts with postgres:// or postgresql://`, {
    code: 'postgres_url_invalid',
    exitCode: exitCodes.configuration,
    hint: 'Write it like postgres://user:password@db.example.com:5432/database',
  })
}

async function runTransaction<Result>(
  pool: pg.Pool,
  server: Server,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await run(server, async () => pool.connect())
  const tx: Transaction = {
    inTransaction: true,
    query: async <Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]) =>
      run(server, async () => client.query<Row>(sql, values && [...values])),
  }
  // A client that is checked out reports a lost connection here as well as by the failing query.
  const ignoreLoss = (): void => {}
  client.on('error', ignoreLoss)
  let broken = false
  try {
    await tx.query('begin')
    const result = await work(tx)
    await tx.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.off('error', ignoreLoss)
    client.release(broken)
  }
}

async function runAtOnce<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  server: Server,
  statements: readonly Statement[],
): Promise<{readonly rows: Row[]}> {
  const client = await run(server, async () => pool.connect())
  // A lost connection fails the queries as well.
  const ignoreLoss = (): void => {}
  client.on('error', ignoreLoss)
  let isClean = false
  try {
    const {stream} = client.connection
    // One packet, and the server woken up once.
    stream.cork()
    const begun = client.query('begin')
    const answers = statements.map(async ({name, sql, values}) =>
      client.query<Row>({name, text: sql, values: [...values]}),
    )
    const ended = client.query('commit')
    stream.uncork()
    const outcomes = await Promise.allSettled([begun, ...answers, ended])
    // After a statement that failed the server ignores the others, and takes the commit for a rollback.
    isClean = outcomes.at(-1)?.status === 'fulfilled'
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw describeFailure(server, outcome.reason)
    return {rows: (await answers.at(-1))?.rows ?? []}
  } finally {
    client.off('error', ignoreLoss)
    client.release(!isClean)
  }
}

async function* readFrom<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  server: Server,
  query: Parameters<typeof readRows>[1],
): AsyncGenerator<Row[]> {
  try {
    yield* readRows<Row>(await pool.connect(), query)
  } catch (error) {
    throw describeFailure(server, error)
  }
}

async function run<Result>(server: Server, statement: () => Promise<Result>): Promise<Result> {
  try {
    return await statement()
  } catch (error) {
    throw describeFailure(server, error)
  }
}
