import assert from 'node:assert/strict'
import {mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {findFlow} from '#lib/config/load.js'
import {openConnector} from '#lib/erp/open-connector.js'
import {compileOperation} from '#lib/erp/operation.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {order, type Order, orders, referenceOf} from '../../support/orders.js'
import {openPipeline, type Pipeline, type PipelineOptions} from '../../support/pipeline.js'
import {type CliResult, runCli} from '../../support/run-cli.js'

/** A plan as --json prints it, as loosely typed as a test needs it. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test reads whatever shape it expects
const told = ({stdout}: CliResult): any => JSON.parse(stdout)

describe('resync plan', function () {
  this.timeout(120_000)
  let pipeline: Pipeline
  const open = async (options: PipelineOptions = {}): Promise<void> => {
    pipeline = await openPipeline(options)
  }
  afterEach(async () => pipeline.close())

  const erpsync = async (args: readonly string[], input = ''): Promise<CliResult> =>
    runCli(args, {env: {ERPSYNC_CONFIG: pipeline.configPath, ERPSYNC_ACTOR: 'ada'}, input, timeoutMs: 60_000})
  const plan = async (...args: readonly string[]): Promise<CliResult> =>
    erpsync(['resync', 'plan', 'sales-order', '--json', ...args])
  const planFile = (): string => join(pipeline.configPath, '..', 'plan.json')
  const sync = async (...documents: readonly Order[]): Promise<void> => {
    await pipeline.push(...documents)
    await pipeline.workOff()
  }
  const classesOf = (result: CliResult): Record<string, string> =>
    Object.fromEntries(told(result).entries.map(({key, class: kind}: {key: string; class: string}) => [key, kind]))

  describe('of documents that are created', () => {
    beforeEach(async () => open({retry: {attempts: 1}}))

    it('names every key that differs, by class and field', async () => {
      await sync(...orders('PLAN', 30))
      await pipeline.admin.changeOrder('PLAN-1/1', {header: {SoldToParty: 'USCU_S02'}})
      await pipeline.admin.changeOrder('PLAN-2/1', {items: {'10': {RequestedQuantity: 99}}})
      await pipeline.admin.changeOrder('PLAN-3/1', {items: {'10': null, '20': {Material: 'TG14'}}})
      await pipeline.admin.deleteOrder('PLAN-4/1')

      const planned = await plan('--out', planFile())

      assert.equal(planned.code, exitCodes.different, planned.stdout + planned.stderr)
      const {counts, entries, keys, out} = told(planned)
      assert.deepEqual([keys, counts.equal, counts.missing, counts.mismatch, out], [30, 26, 1, 3, planFile()])
      const found = entries.map(({key, class: kind, differences}: Record<string, unknown>) => [key, kind, differences])
      const item = {
        SalesOrderItem: '10',
        Material: 'TG10',
        SalesOrderItemText: 'Paper A4',
        RequestedQuantity: '2',
        RequestedQuantityUnit: 'PC',
      }
      assert.deepEqual(found.slice(0, 2), [
        ['PLAN-1', 'mismatch', [{path: '/SoldToParty', expected: 'USCU_S01', inSap: 'USCU_S02'}]],
        ['PLAN-2', 'mismatch', [{path: '/to_Item/10/RequestedQuantity', expected: '2', inSap: 99}]],
      ])
      assert.deepEqual(found[2][2][0], {path: '/to_Item/10', expected: item, inSap: null})
      assert.deepEqual([found[2][2][1].path, found[2][2][1].expected], ['/to_Item/20', null])
      assert.deepEqual(found[3], ['PLAN-4', 'missing', []])
      assert.equal((await stat(planFile())).mode & 0o777, 0o600)
      assert.equal(JSON.parse(await readFile(planFile(), 'utf8')).keys.length, 4)
    })

    it('compares only the keys that are meant', async () => {
      await sync(...orders('SOME', 4), order('OTHER-1', {currency: 'EUR'}))
      for (const one of ['SOME-1/1', 'SOME-2/1', 'SOME-3/1', 'OTHER-1/1']) await pipeline.admin.deleteOrder(one)

      const named = await plan('SOME-1', 'SOME-4', 'SOME-9')
      const fromStdin = await erpsync(
        ['resync', 'plan', 'sales-order', '--json', '--keys-from', '-'],
        'SOME-2\nSOME-3\n',
      )
      const where = await plan('--where', 'currency = "EUR"')
      const since = await plan('--since', new Date(Date.now() + 60_000).toISOString())
      const whole = await plan('--since', '1h', '--sample', '100%')

      assert.deepEqual(classesOf(named), {'SOME-1': 'missing'})
      assert.deepEqual([told(named).keys, told(named).unknown], [2, ['SOME-9']])
      assert.deepEqual(classesOf(fromStdin), {'SOME-2': 'missing', 'SOME-3': 'missing'})
      assert.deepEqual(classesOf(where), {'OTHER-1': 'missing'})
      assert.deepEqual([since.code, told(since).keys], [exitCodes.ok, 0])
      assert.deepEqual([told(whole).keys, told(whole).counts.missing], [5, 4])
      const twice = await plan('SOME-1', '--since', '1h')
      assert.equal(twice.code, exitCodes.usage, twice.stdout)
      const unread = await plan('--where', 'currency = ')
      assert.equal(unread.code, exitCodes.usage, unread.stdout)
    })

    it('says what is under way, what is dead and what to type, and does not ask SAP for it', async () => {
      await pipeline.admin.setFaults({
        faults: [{kind: 'business-error', code: 'VP/204', text: 'Customer does not exist', rate: 1}],
      })
      await sync(order('DEAD-1'))
      await pipeline.push(order('WAITS-1'))
      await pipeline.admin.clearFaults()
      const before = (await pipeline.admin.stats()).requests

      const planned = await plan('--out', planFile())

      assert.deepEqual(classesOf(planned), {'DEAD-1': 'dead_letter', 'WAITS-1': 'in_flight'})
      const [dead, waits] = told(planned).entries
      assert.deepEqual([dead.letter.code, dead.next], ['sap:VP/204', `erpsync dlq replay ${dead.letter.id} --wait`])
      assert.equal(waits.next, `erpsync message show ${waits.blocking.message}`)
      assert.equal(planned.code, exitCodes.different)
      assert.equal((await plan('WAITS-1')).code, exitCodes.pending)
      assert.equal((await pipeline.admin.stats()).requests, before)
      const applied = await erpsync(['resync', 'apply', planFile()])
      assert.deepEqual([applied.code, applied.stdout], [exitCodes.ok, 'Nothing to send.\n'])
    })

    it('finds what only SAP has, and sends nothing of it', async () => {
      await sync(...orders('OURS', 3))
      await book(order('THEIRS-1'), order('ALIEN-1'))

      const all = await plan('--only-in-sap', '--out', planFile())
      const some = await plan('--only-in-sap', '--prefix', 'ALI')

      assert.deepEqual(classesOf(all), {'THEIRS-1/1': 'only_in_sap', 'ALIEN-1/1': 'only_in_sap'})
      assert.deepEqual([all.code, told(all).counts.equal], [exitCodes.different, 3])
      assert.deepEqual(classesOf(some), {'ALIEN-1/1': 'only_in_sap'})
      assert.equal((await erpsync(['resync', 'apply', planFile()])).stdout, 'Nothing to send.\n')
    })

    it('does not read from SAP while it is paused or away, and says so', async () => {
      await sync(...orders('AWAY', 2))
      const pause = await erpsync(['destination', 'pause', 'sandbox', '--reason', 'month end'])
      assert.equal(pause.code, exitCodes.ok, pause.stderr)
      const before = (await pipeline.admin.stats()).requests

      const paused = await plan('--out', planFile())

      assert.equal(paused.code, exitCodes.unreachable, paused.stdout)
      assert.match(told(paused).error.message, /destination sandbox is paused by ada: month end/)
      assert.equal((await pipeline.admin.stats()).requests, before)
      await erpsync(['destination', 'resume', 'sandbox', '--reason', 'over'])
      await pipeline.erp.close()
      const away = await plan('AWAY-1', '--out', planFile())
      assert.equal(away.code, exitCodes.unreachable, away.stdout)
      assert.deepEqual(classesOf(away), {'AWAY-1': 'unreadable'})
      const one = await erpsync(['resync', 'sales-order', 'AWAY-1', '--yes'])
      assert.equal(one.code, exitCodes.unreachable, one.stdout + one.stderr)
    })

    it('keeps calls at once within the limit of the destination', async () => {
      await pipeline.close()
      await open({destination: {limits: {concurrency: 2}}})
      await sync(...orders('LIMIT', 200))
      await pipeline.admin.reset()
      await pipeline.admin.setFaults({faults: [{kind: 'latency', ms: 50, rate: 1}]})

      const planned = await plan()

      assert.deepEqual([told(planned).counts.missing, planned.code], [200, exitCodes.different])
      const {mostAtOnce, requests} = await pipeline.admin.stats()
      assert.ok(mostAtOnce <= 2, `${mostAtOnce} at once`)
      assert.ok(requests <= 20, `${requests} requests`)
    })
  })

  describe('of entities that are changed', () => {
    let folder: string
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'erpsync-resync-'))
      const map = join(folder, 'partner.jsonata')
      await writeFile(
        map,
        `{"BusinessPartner": customerId, "OrganizationBPName1": name, "SearchTerm1": $uppercase($substring(name, 0, 4)),
          "BusinessPartnerCategory": "2"}`,
      )
      await open({
        order: 'latest',
        schema: {type: 'object', properties: {name: {type: 'string', 'x-personal': true}}},
        way: {
          destination: (erp) => ({kind: 'odata', baseUrl: erp.baseUrl}),
          operation: {
            service: 'API_BUSINESS_PARTNER',
            entitySet: 'A_BusinessPartner',
            method: 'upsert',
            entityKey: ['BusinessPartner'],
            map,
            reference: 'BusinessPartner',
            result: 'BusinessPartner',
          },
        },
      })
    })
    afterEach(async () => rm(folder, {recursive: true, force: true}))

    it('tells which older state of ours SAP still holds', async () => {
      await sync(order('CRM-1', {name: 'Miller'}))
      await sync(order('CRM-1', {name: 'Smith', revision: 2}))
      await pipeline.admin.changePartner('USCU_S01', {OrganizationBPName1: 'Miller', SearchTerm1: 'MILL'})

      const planned = await plan()

      const [entry] = told(planned).entries
      assert.deepEqual([entry.class, entry.version, entry.holds.version], ['stale', '2', '1'])
    })

    it('masks what the mapping makes of personal data, on both sides, in the file too', async () => {
      await sync(order('CRM-1', {name: 'Smith'}))
      await pipeline.admin.changePartner('USCU_S01', {
        OrganizationBPName1: 'Secret Agent',
        SearchTerm1: 'SECR',
        BusinessPartnerCategory: '1',
      })

      const planned = await plan('--out', planFile())

      assert.deepEqual(told(planned).entries[0].differences, [
        {path: '/OrganizationBPName1', expected: '***', inSap: '***'},
        {path: '/SearchTerm1', expected: '***', inSap: '***'},
        {path: '/BusinessPartnerCategory', expected: '2', inSap: '1'},
      ])
      assert.doesNotMatch(await readFile(planFile(), 'utf8'), /Smith|SMIT|Secret|SECR/)
      const pulled = await erpsync(['resync', 'pull', 'sales-order', 'CRM-1'])
      assert.doesNotMatch(pulled.stdout, /Secret|SECR/)
      const unmasked = await plan('--unmask', '--reason', 'GDPR-1')
      assert.equal(told(unmasked).entries[0].differences[0].inSap, 'Secret Agent')
      const {rows} = await pipeline.database.query('select action, reason from erpsync.trail')
      assert.deepEqual(rows, [{action: 'personal.unmask', reason: 'GDPR-1'}])
    })
  })

  const book = async (...documents: readonly Order[]): Promise<void> => {
    const {destination, target, operation, name} = findFlow(pipeline.config, 'sales-order')
    const mapping = await compileOperation(operation)
    const connector = openConnector(destination, target, operation, name)
    for (const document of documents) {
      const mapped = await mapping.apply(document)
      assert.ok(mapped.ok)
      const outcome = await connector.submit(
        {reference: referenceOf(document), body: mapped.body},
        AbortSignal.timeout(10_000),
      )
      assert.equal(outcome.kind, 'done')
    }
    await connector.close()
  }
})
