import assert from 'node:assert/strict'
import {readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {orders} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'
import {type CliResult, runCli} from '../../support/run-cli.js'

describe('resync plan', function () {
  this.timeout(120_000)
  let pipeline: Pipeline
  beforeEach(async () => {
    pipeline = await openPipeline()
  })
  afterEach(async () => pipeline.close())

  const erpsync = async (...args: readonly string[]): Promise<CliResult> =>
    runCli(args, {env: {ERPSYNC_CONFIG: pipeline.configPath, ERPSYNC_ACTOR: 'ada'}, timeoutMs: 60_000})
  const planFile = (): string => join(pipeline.configPath, '..', 'plan.json')

  it('names every key that differs, by class and field', async () => {
    const documents = orders('PLAN', 30)
    await pipeline.push(...documents)
    await pipeline.workOff()
    await pipeline.admin.changeOrder('PLAN-1/1', {header: {SoldToParty: 'USCU_S02'}})
    await pipeline.admin.changeOrder('PLAN-2/1', {items: {'10': {RequestedQuantity: 99}}})
    await pipeline.admin.changeOrder('PLAN-3/1', {items: {'10': null, '20': {Material: 'TG14', RequestedQuantity: 1}}})
    await pipeline.admin.deleteOrder('PLAN-4/1')

    const planned = await erpsync('resync', 'plan', 'sales-order', '--json', '--out', planFile())

    assert.equal(planned.code, exitCodes.different, planned.stdout + planned.stderr)
    const {counts, entries, keys, out} = JSON.parse(planned.stdout)
    assert.deepEqual([keys, counts.equal, counts.missing, counts.mismatch, out], [30, 26, 1, 3, planFile()])
    const told = entries.map(({key, class: kind, differences}: Record<string, unknown>) => [key, kind, differences])
    const item = {
      SalesOrderItem: '10',
      Material: 'TG10',
      SalesOrderItemText: 'Paper A4',
      RequestedQuantity: '2',
      RequestedQuantityUnit: 'PC',
    }
    assert.deepEqual(told.slice(0, 2), [
      ['PLAN-1', 'mismatch', [{path: '/SoldToParty', expected: 'USCU_S01', inSap: 'USCU_S02'}]],
      ['PLAN-2', 'mismatch', [{path: '/to_Item/10/RequestedQuantity', expected: '2', inSap: 99}]],
    ])
    assert.deepEqual(told[2][2][0], {path: '/to_Item/10', expected: item, inSap: null})
    assert.deepEqual([told[2][2][1].path, told[2][2][1].expected], ['/to_Item/20', null])
    assert.deepEqual(told[3], ['PLAN-4', 'missing', []])
    assert.equal((await stat(planFile())).mode & 0o777, 0o600)
    assert.equal(JSON.parse(await readFile(planFile(), 'utf8')).keys.length, 4)
  })
})
