import assert from 'node:assert/strict'
import {readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {loadConfig} from '#lib/config/load.js'
import {type Database, openDatabase} from '#lib/db/database.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {seededRandom} from '#lib/sandbox/erp/faults/random.js'
import {eventually} from '../support/eventually.js'
import {freshDatabase, type FreshDatabase} from '../support/fresh-database.js'
import {openPipeline, type Pipeline} from '../support/pipeline.js'
import {type CliResult, runCli, startCli} from '../support/run-cli.js'

/** How long the source changes; `npm run soak:source` makes it two minutes. */
const seconds = Number(process.env.ERPSYNC_SOURCE_SECONDS ?? '10')

describe('erpsync push --from-source', function () {
  this.timeout(120_000 + seconds * 2000)
  let pipeline: Pipeline
  let crm: FreshDatabase
  let database: Database
  let configPath: string
  before(async () => {
    pipeline = await openPipeline()
    crm = await freshDatabase(prepareCrm)
    database = openDatabase(crm.url, {max: writers + 1, applicationName: 'crm'})
    configPath = await writeConfig(pipeline.configPath, crm.url)
    const declared = await erpsync('topology', 'declare')
    assert.equal(declared.code, exitCodes.ok, declared.stderr)
  })
  after(async () => {
    await database.close()
    await pipeline.close()
    await crm.drop()
  })

  const erpsync = async (...args: readonly string[]): Promise<CliResult> =>
    runCli(args, {env: {ERPSYNC_CONFIG: configPath}, timeoutMs: 60_000})
  const push = async (...args: readonly string[]) => {
    const {code, stdout, stderr} = await erpsync('push', 'partner', '--from-source', '--json', ...args)
    assert.equal(code, exitCodes.ok, stdout + stderr)
    return JSON.parse(stdout) as {readonly read: number; readonly accepted: number; readonly duplicate: number}
  }
  const inSource = async (): Promise<readonly Partner[]> => {
    const {rows} = await database.query<Partner & Record<string, unknown>>(
      'select partner_id as id, name, is_blocked as "isBlocked" from partner order by partner_id collate "C"',
    )
    return rows
  }
  const inSap = async (): Promise<readonly Partner[]> => {
    const {baseUrl} = pipeline.erp
    const address = `${baseUrl}/API_BUSINESS_PARTNER/A_BusinessPartner?$format=json&$top=5000&$filter=startswith(BusinessPartner,'P')`
    const response = await fetch(address, {
      headers: {authorization: `Basic ${Buffer.from('ERPSYNC:s3cret').toString('base64')}`},
    })
    const {d} = (await response.json()) as {readonly d: {readonly results: readonly Record<string, unknown>[]}}
    return d.results
      .map((one) => ({
        id: String(one.BusinessPartner),
        name: String(one.OrganizationBPName1),
        isBlocked: one.BusinessPartnerIsBlocked === true,
      }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  }

  it(`brings SAP to the state of a source that changes for ${seconds} s, commits coming late and out of order`, async () => {
    const worker = await pipeline.startWorker({concurrency: 8}, await loadConfig(configPath, {}))
    const stop = new AbortController()
    const writing = Array.from({length: writers}, async (_, number) => write(database, number + 1, stop.signal))
    const until = performance.now() + seconds * 1000

    const runs = []
    while (performance.now() < until) runs.push(await push())
    stop.abort()
    const changes = (await Promise.all(writing)).reduce((sum, count) => sum + count, 0)
    const last = await push('--wait')
    const again = await push()

    await eventually(pipeline.isQuiet, {timeoutMs: 60_000})
    await worker.stop()
    const [wanted, got] = [await inSource(), await inSap()]
    const accepted = [...runs, last].reduce((sum, run) => sum + run.accepted, 0)
    process.stderr.write(
      `      ${changes} transactions, ${wanted.length} partners, ${runs.length + 2} runs, ${accepted} messages\n`,
    )
    assert.deepEqual(got, wanted)
    assert.ok(wanted.length > 50 && changes > seconds * 10 && accepted > wanted.length)
    assert.equal(again.accepted, 0)
    const {rows} = await pipeline.database.query(`select from erpsync.push_line`)
    assert.equal(rows.length, 0)
  })

  it('accepts exactly what the source has, killed three times on the way', async () => {
    await database.query(
      `insert into partner (partner_id, revision, name, is_blocked, updated_at)
       select 'K' || n, 1, 'Company ' || n, false, now() + n * interval '1 ms' - interval '1 hour' from generate_series(1, $1::integer) n`,
      [killedRows],
    )
    const count = async (): Promise<number> => {
      const {rows} = await pipeline.database.query<{count: number}>(
        `select count(*)::integer as count from erpsync.message where business_key like 'K%'`,
      )
      return rows[0]?.count ?? 0
    }

    for (let kill = 1; kill <= 3; kill++) {
      const running = startCli(['push', 'partner', '--from-source', '--full', '--rate', '3000/s'], {
        env: {ERPSYNC_CONFIG: configPath},
      })
      const wanted = kill * 1200
      await eventually(async () => (await count()) >= wanted, {timeoutMs: 30_000, everyMs: 20})
      assert.equal((await running.kill()).signal, 'SIGKILL')
    }
    await push('--full')

    assert.equal(await count(), killedRows)
  })

  it('shows how far it is read, and which row is refused and why, until that goes in', async () => {
    const name = 'A name that is longer than the schema allows'
    await database.query(
      `insert into partner (partner_id, revision, name, is_blocked, updated_at) values ('LONG', 1, $1, false, now())`,
      [name],
    )
    const refused = await erpsync('push', 'partner', '--from-source')
    const shown = await erpsync('source', 'show', 'partner', '--json')
    const listed = await erpsync('source', 'list')
    // Mended behind the watermark.
    await database.query(`update partner set name = 'Short', updated_at = '2020-01-01' where partner_id = 'LONG'`)
    const mended = await push()
    const again = await erpsync('source', 'show', 'partner', '--json')

    const standing = JSON.parse(shown.stdout)
    assert.equal(refused.code, exitCodes.someFailed)
    assert.match(standing.watermark, /^2\d{3}-\d\d-\d\dT[\d:.]+Z$/)
    assert.deepEqual(
      standing.rows.map(({key, problems}: {key: string; problems: {field: string}[]}) => [key, problems[0]?.field]),
      [['LONG', '/name']],
    )
    assert.match(listed.stdout, /partner .*updated_at/)
    assert.equal(mended.accepted, 1)
    assert.deepEqual([JSON.parse(again.stdout).refused, JSON.parse(again.stdout).rows], [0, []])
  })

  it('is read by cron without a word', async () => {
    const {code, stdout, stderr} = await erpsync('push', 'partner', '--from-source', '--cron', '--job', 'crm')

    assert.deepEqual([code, stdout, stderr], [exitCodes.ok, '', ''])
  })

  it('tells what there is to mend, and where', async () => {
    const files = await erpsync('push', 'partner', '--from-source', 'orders.ndjson')
    const nothing = await erpsync('push', 'partner')
    const without = await erpsync('push', 'sales-order', '--from-source')

    assert.deepEqual([files.code, nothing.code, without.code], [2, 2, 2])
    assert.match(without.stderr, /The flow "sales-order" has no source/)
  })
})

interface Partner {
  readonly id: string
  readonly name: string
  readonly isBlocked: boolean
}

/** One user of the CRM: changes partners in transactions that last up to three seconds, and takes some of them back. */
async function write(database: Database, seed: number, signal: AbortSignal): Promise<number> {
  const random = seededRandom(seed)
  let committed = 0
  while (!signal.aborted) {
    const lasts = random() < 0.2 ? 3000 * random() : 60 * random()
    const keys = [...new Set(Array.from({length: 1 + Math.floor(random() * 3)}, () => Math.floor(random() * 400)))]
    const isTakenBack = random() < 0.1
    const names = keys.map(() => `Company ${Math.floor(random() * 1e9)}`)
    const isBlocked = random() < 0.3
    await database
      .transaction(async (tx) => {
        // One after the other in one order: the CRM has no deadlocks.
        for (const [index, key] of keys.toSorted((a, b) => a - b).entries()) {
          await tx.query(savePartner, [`P${String(key).padStart(5, '0')}`, names[index], isBlocked])
          await pause(lasts / keys.length)
        }
        if (isTakenBack) throw new TakenBack()
        committed += 1
      })
      .catch((error: unknown) => {
        if (!(error instanceof TakenBack)) throw error
      })
  }
  return committed
}

class TakenBack extends Error {}

async function writeConfig(base: string, url: string): Promise<string> {
  const folder = dirname(base)
  const config = JSON.parse(await readFile(base, 'utf8')) as {flows: Record<string, object>}
  const flow = {
    ...config.flows['sales-order'],
    schema: 'partner.schema.json',
    key: 'partnerId',
    version: 'revision',
    order: 'latest',
    operation: {
      service: 'API_BUSINESS_PARTNER',
      entitySet: 'A_BusinessPartner',
      method: 'upsert',
      entityKey: ['BusinessPartner'],
      map: join(examples, 'business-partner.jsonata'),
      reference: 'BusinessPartner',
      result: 'BusinessPartner',
      probe: {settle: '300ms'},
    },
    // Not a moment: what comes late is to be found by who is still to commit alone.
    source: {url, query: 'partner.sql', key: 'partner_id', watermark: 'updated_at', overlap: '0s'},
  }
  await writeFile(join(folder, 'partner.schema.json'), JSON.stringify(partnerSchema))
  await writeFile(join(folder, 'partner.sql'), partnersQuery)
  const path = join(folder, 'source.yaml')
  await writeFile(path, JSON.stringify({...config, flows: {...config.flows, partner: flow}}))
  return path
}

async function prepareCrm(database: Database): Promise<void> {
  await database.query(
    `create table partner (
       partner_id text        primary key,
       revision   integer     not null,
       name       text        not null,
       is_blocked boolean     not null,
       updated_at timestamptz not null
     )`,
  )
}

const partnerSchema = {type: 'object', properties: {name: {type: 'string', maxLength: 30}}}

const savePartner = `
  insert into partner as p (partner_id, revision, name, is_blocked, updated_at) values ($1, 1, $2, $3, now())
      on conflict (partner_id) do update
     set revision = p.revision + 1, name = excluded.name, is_blocked = excluded.is_blocked, updated_at = now()`

const partnersQuery = `
  select partner_id, updated_at,
         jsonb_build_object('partnerId', partner_id, 'revision', revision, 'name', name, 'blocked', is_blocked) as document
    from partner`

const examples = fileURLToPath(new URL('../../examples/flows', import.meta.url))
const writers = 6
const killedRows = 5000
