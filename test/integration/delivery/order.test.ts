import assert from 'node:assert/strict'
import {eventually} from '../../support/eventually.js'
import {openOrderedFlow, type OrderedFlow, type PartnerVersion} from '../../support/ordered-flow.js'

describe('order from the door to SAP', function () {
  this.timeout(120_000)
  let flow: OrderedFlow

  afterEach(async () => flow.close())

  it('strict: SAP sees every version of every key in order, by two workers and with failures', async () => {
    flow = await openOrderedFlow('strict')
    await flow.admin.setFaults({seed: 1, faults: [{kind: 'lock', rate: 0.1}]})
    const workers = [flow.startWorker(), flow.startWorker()]

    for (let version = 1; version <= versions; version += 1) await flow.accept(everyKey(version))
    await eventually(async () => isDrained(flow), {timeoutMs: 90_000})
    await Promise.all(workers.map(async (worker) => worker.stop()))

    const inOrder = Array.from({length: versions}, (_, index) => String(index + 1))
    const seen = await flow.admin.names()
    assert.deepEqual(Object.fromEntries(keys.map((key) => [key, seen.get(key)])), everyKeyIs(inOrder))
    assert.ok(((await flow.admin.stats()).faults.lock ?? 0) > 10)
  })

  it('latest: SAP ends with the newest version of every key, whatever the order of arrival', async () => {
    flow = await openOrderedFlow('latest')
    await flow.admin.setFaults({
      seed: 2,
      faults: [
        {kind: 'lock', rate: 0.1},
        {kind: 'drop-after-commit', rate: 0.02},
      ],
    })
    const workers = [flow.startWorker(), flow.startWorker()]

    for (const version of outOfStep) await flow.accept(everyKey(version))
    await eventually(async () => isDrained(flow), {timeoutMs: 90_000})
    await Promise.all(workers.map(async (worker) => worker.stop()))

    const seen = await flow.admin.names()
    assert.deepEqual(Object.fromEntries(keys.map((key) => [key, seen.get(key)?.at(-1)])), everyKeyIs(String(versions)))
    const backwards = keys.filter((key) => !isAscending(seen.get(key) ?? []))
    assert.deepEqual(backwards, [])
  })
})

const keys = Array.from({length: 200}, (_, index) => `P${String(index).padStart(4, '0')}`)
const versions = 20
/** 2, 1, 4, 3 and so on: every second version comes late. */
const outOfStep = Array.from({length: versions}, (_, index) => (index % 2 === 0 ? index + 2 : index))

function everyKey(version: number): readonly PartnerVersion[] {
  return keys.map((partnerId) => ({partnerId, version}))
}

function everyKeyIs<Value>(value: Value): Readonly<Record<string, Value>> {
  return Object.fromEntries(keys.map((key) => [key, value]))
}

function isAscending(names: readonly string[]): boolean {
  return names.every((name, index) => index === 0 || Number(names[index - 1]) <= Number(name))
}

async function isDrained({database}: OrderedFlow): Promise<boolean> {
  const {rows} = await database.query<{drained: boolean}>(
    `select not exists (select from erpsync.message
                         where state not in ('synced', 'superseded', 'dead')) as drained`,
  )
  return rows[0]?.drained === true
}
