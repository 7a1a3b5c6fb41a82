import assert from 'node:assert/strict'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {gzipSync} from 'node:zlib'
import iconv from 'iconv-lite'
import type {LineOutcome} from '#lib/intake/runs/outcomes.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {eventually} from '../support/eventually.js'
import {order, orders} from '../support/orders.js'
import {openPipeline, type Pipeline} from '../support/pipeline.js'
import {type CliResult, runCli, startCli} from '../support/run-cli.js'

describe('erpsync push', function () {
  this.timeout(120_000)
  let pipeline: Pipeline
  let folder: string
  let env: Readonly<Record<string, string>>
  before(async () => {
    pipeline = await openPipeline()
    folder = await mkdtemp(join(tmpdir(), 'erpsync-push-'))
    env = {ERPSYNC_CONFIG: pipeline.configPath}
  })
  after(async () => {
    await pipeline.close()
    await rm(folder, {recursive: true, force: true})
  })

  const erpsync = async (...args: readonly string[]): Promise<CliResult> => runCli(args, {env, timeoutMs: 60_000})
  const file = async (name: string, content: string | Buffer): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, content)
    return path
  }
  const ndjson = (documents: readonly unknown[]): string =>
    documents.map((each) => `${JSON.stringify(each)}\n`).join('')
  const countOf = async (prefix: string): Promise<number> => {
    const {rows} = await pipeline.database.query<{count: number}>(
      'select count(*)::integer as count from erpsync.message where business_key like $1',
      [`${prefix}%`],
    )
    return rows[0]?.count ?? -1
  }
  const resultOf = ({stdout}: CliResult) =>
    JSON.parse(stdout) as {
      readonly run: string
      readonly isResumed: boolean
      readonly read: number
      readonly accepted: number
      readonly duplicate: number
      readonly rejected: number
      readonly outcome: Readonly<Record<string, number>> | null
    }

  it('reads patterns and gzip, and tells for each line what SAP made of it', async () => {
    await file('many-1.json.gz', gzipSync(JSON.stringify([order('GLOB-1'), order('GLOB-2')])))
    await file('many-2.ndjson', ndjson([order('GLOB-3'), {}]))
    const worker = await pipeline.startWorker()

    const pushed = await erpsync('push', 'sales-order', join(folder, 'many-*'), '--wait', '--json')
    const {run, outcome} = resultOf(pushed)
    const shown = await erpsync('push', 'show', run, '--ndjson')

    await worker.stop()
    const lines = shown.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LineOutcome)
    assert.equal(pushed.code, exitCodes.someFailed)
    assert.equal(outcome?.pending, 0)
    assert.deepEqual(
      lines.map(({file: number, line, outcome: became, key}) => [number, line, became, key]),
      [
        [1, 1, 'accepted', 'GLOB-1'],
        [1, 2, 'accepted', 'GLOB-2'],
        [2, 1, 'accepted', 'GLOB-3'],
        [2, 2, 'rejected', null],
      ],
    )
    assert.ok(lines.slice(0, 3).every(({state, erpDocument}) => state === 'synced' && erpDocument !== null))
  })

  it('accepts exactly what is in the file, killed five times on the way', async () => {
    const path = await file('killed.ndjson', ndjson(orders('KILLED', 20_000)))

    let goneOn = 0
    for (let kill = 1; kill <= 5; kill++) {
      const push = startCli(['push', 'sales-order', path, '--rate', '12000/s'], {env})
      const wanted = kill * 3000
      await eventually(async () => (await countOf('KILLED')) >= wanted, {timeoutMs: 30_000, everyMs: 20})
      const {signal} = await push.kill()
      assert.equal(signal, 'SIGKILL')
      goneOn += push.stderr().includes('goes on') ? 1 : 0
    }
    const last = resultOf(await erpsync('push', 'sales-order', path, '--json'))

    assert.equal(goneOn, 4)
    const {isResumed, read, accepted, duplicate, rejected} = last
    assert.deepEqual([isResumed, read, accepted, duplicate, rejected], [true, 20_000, 20_000, 0, 0])
    assert.equal(await countOf('KILLED'), 20_000)
  })

  it('names 137 bad lines of eight kinds in 10,000, and takes them once they are mended', async () => {
    const good = orders('KINDS', 10_000)
    const bad = (index: number, line: string): Buffer | string => {
      const document = good[index]
      switch ((index / 73) % 8) {
        case 0:
          return line.slice(0, -20)
        case 1:
          return 'not JSON at all'
        case 2:
          return Buffer.from(line.replace('"orderId":"', '"orderId":"\u00FC'), 'latin1')
        case 3:
          return JSON.stringify({...document, revision: undefined})
        case 4:
          return JSON.stringify({...document, items: undefined})
        case 5:
          return JSON.stringify({...document, orderId: `${'K'.repeat(600)}`})
        case 6:
          return JSON.stringify({...document, note: 'a\u0000b'})
        default:
          return JSON.stringify(line)
      }
    }
    const badAt = Array.from({length: 137}, (_, number) => number * 73)
    const lines = good.map((document, index) =>
      badAt.includes(index) ? bad(index, JSON.stringify(document)) : JSON.stringify(document),
    )
    const bytes = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]))
    const path = await file('kinds.ndjson', bytes)
    const rejects = join(folder, 'kinds.rejects.ndjson')

    const first = await erpsync('push', 'sales-order', path, '--rejects', rejects, '--json')

    const kept = (await readFile(rejects, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Kept)
    assert.equal(first.code, exitCodes.someFailed)
    assert.deepEqual(
      kept.map(({line}) => line),
      badAt.map((index) => index + 1),
    )
    assert.ok(kept.every(({problems}) => problems.length > 0 && problems.every(({message}) => message !== '')))
    assert.deepEqual(
      kept.slice(0, 8).map(({problems}) => problems[0]?.field),
      ['', '', '', '/revision', '/items', '', '/note', ''],
    )

    const mended = kept.map((each) => ({...each, text: JSON.stringify(good[each.line - 1])}))
    const mendedFile = await file('kinds.mended.ndjson', ndjson(mended))
    const second = await erpsync('push', 'sales-order', mendedFile, '--format', 'rejects', '--json')
    const third = await erpsync('push', 'sales-order', mendedFile, '--format', 'rejects', '--json')

    const counts = [resultOf(first), resultOf(second), resultOf(third)].map(({accepted, duplicate, rejected}) => [
      accepted,
      duplicate,
      rejected,
    ])
    assert.deepEqual(counts, [
      [9863, 0, 137],
      [137, 0, 0],
      [0, 137, 0],
    ])
    assert.equal(await countOf('KINDS'), 10_000)
  })

  it('takes a CSV as a German Excel writes it', async () => {
    const config = JSON.parse(await readFile(pipeline.configPath, 'utf8')) as {flows: Record<string, object>}
    const {csv, rows} = germanExcel
    const flows = {...config.flows, 'sales-order': {...config.flows['sales-order'], csv}}
    const configPath = join(dirname(pipeline.configPath), 'german.yaml')
    await writeFile(configPath, JSON.stringify({...config, flows}))
    const path = await file('auftraege.csv', iconv.encode(rows.join('\r\n'), 'windows-1252'))

    const pushed = await erpsync('push', 'sales-order', path, '--config', configPath, '--json')

    const {rows: kept} = await pipeline.database.query<{payload: unknown}>(
      `select payload from erpsync.message where business_key like 'CSV-%' order by business_key`,
    )
    assert.equal(pushed.code, exitCodes.ok, pushed.stderr)
    assert.deepEqual(
      kept.map(({payload}) => payload),
      germanExcel.documents,
    )
  })

  it('ends with 8 if nobody delivers while it waits', async () => {
    const path = await file('nobody.ndjson', ndjson([order('NOBODY-1')]))

    const {code, stdout} = await erpsync('push', 'sales-order', path, '--wait', '--timeout', '300ms')

    assert.equal(code, exitCodes.pending)
    assert.match(stdout, /0 synced, 1 pending/)
  })

  it('checks documents without any database', async () => {
    const config = JSON.parse(await readFile(pipeline.configPath, 'utf8')) as object
    const nowhere = join(dirname(pipeline.configPath), 'nowhere.yaml')
    await writeFile(nowhere, JSON.stringify({...config, postgres: {url: 'postgres://127.0.0.1:1/none'}}))
    const path = await file('check.ndjson', ndjson([order('CHECK-1'), {}]))

    const checked = await erpsync('push', 'sales-order', path, '--validate-only', '--config', nowhere)
    const tried = await erpsync('push', 'sales-order', path, '--dry-run', '--config', nowhere)

    assert.equal(checked.code, exitCodes.someFailed)
    assert.match(checked.stdout, /2 read, 1 would be accepted, 0 duplicate, 1 rejected/)
    assert.equal(tried.code, exitCodes.unreachable)
  })
})

interface Kept {
  readonly line: number
  readonly problems: readonly {readonly field: string; readonly message: string}[]
  readonly text: string
}

/** The mapping of docs/push.md. */
const germanExcel = {
  csv: {
    delimiter: ';',
    encoding: 'windows-1252',
    decimal: ',',
    group: 'Auftrag',
    columns: {
      Auftrag: 'orderId',
      Revision: {to: 'revision', type: 'integer'},
      Laden: 'shop',
      Datum: {to: 'orderedAt', type: 'time', format: 'dd.MM.yyyy HH:mm', zone: 'Europe/Berlin'},
      Kunde: 'customerId',
      Währung: 'currency',
      Artikel: 'items[].sku',
      Text: 'items[].text',
      Menge: {to: 'items[].quantity', type: 'integer'},
      Preis: {to: 'items[].netPrice', type: 'decimal'},
    },
  },
  rows: [
    'Auftrag;Revision;Laden;Datum;Kunde;Währung;Artikel;Text;Menge;Preis',
    'CSV-1;1;de;26.11.2026 08:05;DE_01;EUR;TG11;"Stuhl ""Köln""; grau";1.000;1.234,50',
    'CSV-1;1;de;26.11.2026 08:05;DE_01;EUR;TG12;Füller 5 €;2;0,99',
    'CSV-2;1;de;26.07.2026 08:05;DE_02;EUR;TG11;Tisch;1;99,00',
  ],
  documents: [
    {
      orderId: 'CSV-1',
      revision: 1,
      shop: 'de',
      orderedAt: '2026-11-26T08:05:00+01:00',
      customerId: 'DE_01',
      currency: 'EUR',
      items: [
        {sku: 'TG11', text: 'Stuhl "Köln"; grau', quantity: 1000, netPrice: '1234.50'},
        {sku: 'TG12', text: 'Füller 5 €', quantity: 2, netPrice: '0.99'},
      ],
    },
    {
      orderId: 'CSV-2',
      revision: 1,
      shop: 'de',
      orderedAt: '2026-07-26T08:05:00+02:00',
      customerId: 'DE_02',
      currency: 'EUR',
      items: [{sku: 'TG11', text: 'Tisch', quantity: 1, netPrice: '99.00'}],
    },
  ],
}
