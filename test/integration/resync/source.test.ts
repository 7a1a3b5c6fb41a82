import assert from 'node:assert/strict'
import {readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {loadConfig} from '#lib/config/load.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {eventually} from '../../support/eventually.js'
import {openPipeline, type Pipeline, type TestWorker} from '../../support/pipeline.js'
import {type CliResult, runCli} from '../../support/run-cli.js'
import {openShop, type Shop} from '../../support/shop.js'

/** A result as --json prints it, as loosely typed as a test needs it. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test reads whatever shape it expects
const told = ({stdout}: CliResult): any => JSON.parse(stdout)

describe('resync of a flow with a source', function () {
  this.timeout(120_000)
  let pipeline: Pipeline
  let shop: Shop
  let worker: TestWorker
  let configPath: string
  let planFile: string
  beforeEach(async () => {
    pipeline = await openPipeline({retry: {attempts: 1}, order: 'latest'})
    shop = await openShop()
    const folder = dirname(pipeline.configPath)
    const config = JSON.parse(await readFile(pipeline.configPath, 'utf8')) as {flows: Record<string, object>}
    const flow = {...config.flows['sales-order'], source: await shop.source(folder)}
    configPath = join(folder, 'source.yaml')
    planFile = join(folder, 'plan.json')
    await writeFile(configPath, JSON.stringify({...config, flows: {'sales-order': flow}}))
    worker = await pipeline.startWorker({}, await loadConfig(configPath, {}))
  })
  afterEach(async () => {
    await worker.stop()
    await pipeline.close()
    await shop.close()
  })

  const erpsync = async (...args: readonly string[]): Promise<CliResult> =>
    runCli(args, {env: {ERPSYNC_CONFIG: configPath, ERPSYNC_ACTOR: 'ada'}, timeoutMs: 60_000})
  const plan = async (...args: readonly string[]): Promise<CliResult> =>
    erpsync('resync', 'plan', 'sales-order', '--json', '--out', planFile, ...args)
  const apply = async (...args: readonly string[]): Promise<CliResult> =>
    erpsync('resync', 'apply', planFile, '--wait', '--yes', '--reason', 'drift', '--json', ...args)
  const push = async (code: number = exitCodes.ok) => {
    const pushed = await erpsync('push', 'sales-order', '--from-source', '--wait', '--json')
    assert.equal(pushed.code, code, pushed.stdout + pushed.stderr)
    return told(pushed)
  }
  const classes = (result: CliResult): Record<string, string> =>
    Object.fromEntries(
      told(result)
        .entries.map(({key, class: kind}: {key: string; class: string}) => [key, kind])
        .toSorted(),
    )

  it('finds what SAP lacks of it, pushed or not, and brings it there', async () => {
    for (const key of ['SRC-1', 'SRC-2', 'SRC-3', 'SRC-4']) await shop.save(key)
    await push()
    await shop.save('SRC-4', {currency: 'EUR'})
    await shop.save('SRC-5')
    await shop.save('SRC-6', {orderId: 'OTHER'})
    await pipeline.admin.changeOrder('SRC-2/1', {header: {SoldToParty: 'USCU_S02'}})
    await pipeline.admin.deleteOrder('SRC-3/1')

    const planned = await plan()
    const byLedger = await plan('--from-ledger')
    const again = await plan()
    const applied = await apply()
    const mended = await plan()
    const pushed = await push(exitCodes.someFailed)

    assert.equal(planned.code, exitCodes.different, planned.stdout + planned.stderr)
    assert.deepEqual(classes(planned), {
      'SRC-2': 'mismatch',
      'SRC-3': 'missing',
      'SRC-4': 'missing',
      'SRC-5': 'missing',
      'SRC-6': 'unreadable',
    })
    assert.equal(told(planned).internal, 'source')
    assert.deepEqual(classes(byLedger), {'SRC-2': 'mismatch', 'SRC-3': 'missing'})
    assert.deepEqual(classes(again), classes(planned))
    assert.equal(applied.code, exitCodes.ok, applied.stdout + applied.stderr)
    assert.equal(told(applied).run.counts.resolved, 4)
    assert.deepEqual(classes(mended), {'SRC-6': 'unreadable'})
    assert.deepEqual([pushed.accepted, pushed.duplicate, pushed.rejected], [0, 5, 1])
  })

  it('refuses a plan of which a row has changed or is gone since, and sends nothing (7)', async () => {
    for (const key of ['MOVED-1', 'MOVED-2', 'MOVED-3']) await shop.save(key)
    await plan()
    await shop.save('MOVED-2', {currency: 'EUR'})
    await shop.database.query(`delete from shop_order where order_id = 'MOVED-3'`)

    const applied = await apply()

    assert.equal(applied.code, exitCodes.conflict, applied.stdout + applied.stderr)
    assert.match(told(applied).error.message, /MOVED-2.*its row in the source has changed since it was planned/s)
    assert.match(told(applied).error.message, /MOVED-3.*its row is gone from the source/s)
    const {rows} = await pipeline.database.query('select from erpsync.message')
    assert.equal(rows.length, 0)
  })

  it('brings one key to SAP that was never pushed', async () => {
    await shop.save('ONE-1')

    const one = await erpsync('resync', 'sales-order', 'ONE-1', '--yes', '--json')
    const unknown = await erpsync('resync', 'sales-order', 'ONE-2', '--yes')

    assert.equal(one.code, exitCodes.ok, one.stdout + one.stderr)
    assert.equal(told(one).item.state, 'resolved')
    assert.equal((await pipeline.admin.effectOf('ONE-1/1')).creates, 1)
    assert.equal(unknown.code, exitCodes.usage)
    assert.match(unknown.stderr, /The source of sales-order has no row of the key "ONE-2"/)
    await eventually(pipeline.isQuiet)
  })

  it('goes on after a pause, reads the rows again, and skips one that has changed', async () => {
    for (const key of ['GO-1', 'GO-2', 'GO-3']) await shop.save(key)
    await plan()
    await worker.stop()

    const paused = await apply('--max-in-flight', '1', '--timeout', '300ms')
    await shop.save('GO-2', {currency: 'EUR'})
    worker = await pipeline.startWorker({}, await loadConfig(configPath, {}))
    const resumed = await erpsync('resync', 'resume', told(paused).run.id, '--json')
    const shown = await erpsync('resync', 'show', told(paused).run.id, '--all', '--json')

    assert.equal(paused.code, exitCodes.pending, paused.stdout + paused.stderr)
    assert.equal(resumed.code, exitCodes.someFailed, resumed.stdout + resumed.stderr)
    assert.deepEqual(
      told(shown).items.map(({key, state, why}: {key: string; state: string; why: string | null}) => [key, state, why]),
      [
        ['GO-1', 'resolved', null],
        ['GO-2', 'skipped', 'its row in the source has changed since it was planned'],
        ['GO-3', 'resolved', null],
      ],
    )
  })

  it('compares a part of it, by when it changed', async () => {
    for (const key of ['PART-1', 'PART-2', 'PART-3']) await shop.save(key)
    await shop.database.query(`update shop_order set updated_at = '2020-01-01' where order_id <> 'PART-2'`)

    const since = await plan('--since', '1h')
    const named = await plan('PART-1', 'PART-9')

    assert.deepEqual(classes(since), {'PART-2': 'missing'})
    assert.deepEqual(classes(named), {'PART-1': 'missing'})
    assert.deepEqual(told(named).unknown, ['PART-9'])
  })
})
