import assert from 'node:assert/strict'
import {appendFile, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {plainCsv} from '#lib/config/csv-input.js'
import {findFlow, loadConfig} from '#lib/config/load.js'
import {type Door, openDoor} from '#lib/intake/door.js'
import {findInputs} from '#lib/intake/readers/input.js'
import type {Reject} from '#lib/intake/runs/check-lines.js'
import {openChecker} from '#lib/intake/runs/checker.js'
import {type LineOutcome, readOutcomes} from '#lib/intake/runs/outcomes.js'
import type {PushCounts, PushRun} from '#lib/intake/runs/push-run.js'
import {findRun} from '#lib/intake/runs/push-run.js'
import {type PushRequest, runPush, tryPush} from '#lib/intake/runs/run-push.js'
import {openLedger, type TestLedger} from '../../../support/ledger.js'
import {order, orders} from '../../../support/orders.js'

const examples = fileURLToPath(new URL('../../../../examples/', import.meta.url))

describe('runPush', function () {
  this.timeout(60_000)
  let ledger: TestLedger
  let door: Door
  let folder: string
  before(async () => {
    ledger = await openLedger()
    folder = await mkdtemp(join(tmpdir(), 'erpsync-push-'))
    door = await openDoor(findFlow(await loadConfig(`${examples}erpsync.yaml`, {}), 'sales-order'))
  })
  after(async () => {
    await ledger.close()
    await rm(folder, {recursive: true})
  })

  const file = async (name: string, lines: readonly unknown[]): Promise<string> => {
    const path = join(folder, name)
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
    await writeFile(path, text.map((line) => `${line}\n`).join(''))
    return path
  }
  const request = async (paths: readonly string[], options: Partial<PushRequest>): Promise<PushRequest> => ({
    door,
    checker: openChecker(door),
    inputs: await findInputs(paths),
    format: undefined,
    csv: plainCsv,
    rejectsFile: null,
    stopsAtReject: false,
    limit: null,
    ratePerS: null,
    startedBy: 'ada',
    host: 'test',
    signal: new AbortController().signal,
    onRun: () => {},
    onProgress: () => {},
    onReject: () => {},
    ...options,
  })
  const push = async (paths: readonly string[], options: Partial<PushRequest> = {}) => {
    const rejects: Reject[] = []
    const onReject = (reject: Reject) => void rejects.push(reject)
    const {run, end} = await runPush(ledger.database, await request(paths, {onReject, ...options}))
    return {run, end, counts: end.counts, rejects}
  }
  /** Breaks a push off at its nth batch, as a lost ledger does. */
  const breakOff = async (paths: readonly string[], batch: number, options: Partial<PushRequest> = {}) => {
    let begun: PushRun | undefined
    let batches = 0
    const onRun = (run: PushRun) => void (begun = run)
    const onProgress = () => {
      batches += 1
      if (batches === batch) throw new Error('the power is gone')
    }
    await assert.rejects(push(paths, {onRun, onProgress, ...options}), /the power is gone/)
    assert.ok(begun)
    return begun
  }
  const countOf = async (prefix: string): Promise<number> => {
    const {rows} = await ledger.database.query<{count: number}>(
      `select count(*)::integer as count from erpsync.message where business_key like $1`,
      [`${prefix}%`],
    )
    return rows[0]?.count ?? -1
  }

  it('accepts what is good around three bad lines, and tells each of them', async () => {
    const lines = [
      order('PUSH-1'),
      '{"orderId": "PUSH-2"',
      order('PUSH-3', {shop: 'fr'}),
      order('PUSH-1'),
      order('PUSH-1', {currency: 'EUR'}),
      order('PUSH-4'),
    ]

    const {run, counts, rejects} = await push([await file('three-bad.ndjson', lines)])

    assert.deepEqual(counts, {read: 6, accepted: 2, duplicate: 1, rejected: 3})
    assert.deepEqual(
      rejects.map(({line, problems}) => [line, problems[0]?.field]),
      [
        [2, ''],
        [3, '/shop'],
        [5, ''],
      ],
    )
    assert.equal(rejects[0]?.text, lines[1])
    assert.deepEqual([run.state, run.counts], ['finished', counts])
  })

  it('tells of every line of a run what became of it', async () => {
    const lines = [order('OUT-1'), 'no', order('OUT-1'), order('OUT-2')]

    const {run} = await push([await file('outcomes.ndjson', lines)])

    const outcomes: LineOutcome[] = []
    for await (const line of readOutcomes(ledger.database, run.id, {onlyFailed: false})) outcomes.push(line)
    assert.deepEqual(
      outcomes.map(({line, outcome, key, state}) => [line, outcome, key, state]),
      [
        [1, 'accepted', 'OUT-1', 'accepted'],
        [2, 'rejected', null, null],
        [3, 'duplicate', 'OUT-1', 'accepted'],
        [4, 'accepted', 'OUT-2', 'accepted'],
      ],
    )
    assert.equal(outcomes[0]?.messageId, outcomes[2]?.messageId)
  })

  it('goes on behind its last batch after it was broken off, and accepts nothing twice', async () => {
    const path = await file('broken.ndjson', orders('BROKEN', 2500))
    const begun = await breakOff([path], 1)
    const before = await findRun(ledger.database, begun.id)

    const {run, counts} = await push([path])

    assert.equal(before?.state, 'failed')
    assert.ok(before.counts.accepted > 0 && before.counts.accepted < 2500, String(before.counts.accepted))
    assert.equal(run.id, begun.id)
    assert.deepEqual(counts, {
      read: 2500 - before.counts.read,
      accepted: 2500 - before.counts.read,
      duplicate: 0,
      rejected: 0,
    })
    assert.deepEqual(run.counts, {read: 2500, accepted: 2500, duplicate: 0, rejected: 0})
    assert.equal(await countOf('BROKEN'), 2500)
  })

  it('goes on in the file where it stopped, and with the rejects it had', async () => {
    const bad = (name: string, count: number) =>
      orders(name, count).map((each, index) => (index % 100 === 0 ? {...each, shop: 'fr'} : each))
    const paths = [await file('a.ndjson', bad('TWO-A', 1500)), await file('b.ndjson', bad('TWO-B', 1500))]
    const rejectsFile = join(folder, 'two.rejects.ndjson')
    await breakOff(paths, 2, {rejectsFile})
    // What was written for a batch that did not commit.
    await appendFile(rejectsFile, '{"half a li')

    const {run} = await push(paths, {rejectsFile})

    const kept = (await readFile(rejectsFile, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Reject)
    assert.deepEqual(run.counts, {read: 3000, accepted: 2970, duplicate: 0, rejected: 30})
    assert.deepEqual(
      kept.map(({file: name, line}) => [name, line]),
      paths.flatMap((path) => Array.from({length: 15}, (_, index) => [path, index * 100 + 1])),
    )
    assert.equal(await countOf('TWO-'), 2970)
  })

  it('takes a file that was changed for another', async () => {
    const path = await file('changed.ndjson', orders('CHANGED', 1500))
    const begun = await breakOff([path], 1)
    await appendFile(path, `${JSON.stringify(order('CHANGED-NEW'))}\n`)

    const {run, counts} = await push([path])

    assert.notEqual(run.id, begun.id)
    assert.equal(counts.read, 1501)
    assert.equal(counts.accepted + counts.duplicate, 1501)
    assert.equal(await countOf('CHANGED'), 1501)
  })

  it('lets only one process push the same files (exit 75)', async () => {
    const path = await file('twice.ndjson', orders('TWICE', 3000))

    const [first, second] = await Promise.allSettled([push([path], {ratePerS: 6000}), push([path])])

    const [won, lost] = first.status === 'fulfilled' ? [first, second] : [second, first]
    assert.ok(won.status === 'fulfilled' && lost.status === 'rejected')
    assert.deepEqual([lost.reason.code, lost.reason.exitCode], ['push_under_way', 75])
    assert.equal(won.value.counts.accepted, 3000)
  })

  it('stops before the first bad line when told so, and again there', async () => {
    const path = await file('stop.ndjson', [
      order('STOP-1'),
      order('STOP-2'),
      order('STOP-1', {currency: 'EUR'}),
      order('STOP-3'),
    ])

    const first = await push([path], {stopsAtReject: true})
    const again = await push([path], {stopsAtReject: true})

    assert.deepEqual(first.counts, {read: 2, accepted: 2, duplicate: 0, rejected: 0})
    assert.deepEqual(
      first.rejects.map(({line}) => line),
      [3],
    )
    assert.equal(first.end.kind, 'stopped')
    assert.deepEqual(again.counts, {read: 0, accepted: 0, duplicate: 0, rejected: 0})
    assert.deepEqual([again.run.id, again.run.state], [first.run.id, 'stopped'])
  })

  it('stops when too many lines are rejected, and goes on when told to once more', async () => {
    const path = await file(
      'many-bad.ndjson',
      orders('MANY', 2100).map((each, index) => (index < 1050 ? {...each, shop: 'fr'} : each)),
    )

    const first = await push([path], {limit: {kind: 'share', percent: 10}})
    const rest = await push([path])

    assert.deepEqual([first.end.kind, first.run.state], ['breached', 'stopped'])
    assert.match(first.run.why ?? '', /^(\d+) of \1 lines were rejected, more than 10%$/)
    assert.equal(rest.run.id, first.run.id)
    assert.deepEqual(rest.run.counts, {read: 2100, accepted: 1050, duplicate: 0, rejected: 1050})
  })

  it('accepts nothing of the examples a second time', async () => {
    const path = `${examples}data/orders.ndjson`

    const first = await push([path])
    const second = await push([path])

    assert.equal(second.counts.accepted, 0)
    assert.equal(second.counts.duplicate, first.counts.accepted + first.counts.duplicate)
    assert.equal(second.counts.rejected, first.counts.rejected)
    assert.ok(first.counts.accepted > 900 && first.counts.rejected > 0)
  })

  it('commits what has come when the signal comes', async () => {
    const stop = new AbortController()
    const path = await file('signal.ndjson', orders('SIGNAL', 3000))

    const {end, run} = await push([path], {
      signal: stop.signal,
      onProgress: ({accepted}: PushCounts) => void (accepted >= 1000 && stop.abort('SIGTERM')),
    })
    const rest = await push([path])

    assert.deepEqual([end.kind, run.state, run.why], ['aborted', 'stopped', 'SIGTERM'])
    assert.equal(await countOf('SIGNAL'), 3000)
    assert.equal(end.counts.accepted + rest.counts.accepted, 3000)
  })

  describe('tryPush', () => {
    it('writes nothing, and tells what the ledger would say', async () => {
      const path = await file('trial.ndjson', [order('TRIAL-1'), order('TRIAL-1'), order('PUSH-1'), {}])

      const asked = await tryPush(ledger.database, await request([path], {}))
      const unasked = await tryPush(null, await request([path], {}))

      assert.deepEqual(asked.counts, {read: 4, accepted: 1, duplicate: 2, rejected: 1})
      assert.deepEqual(unasked.counts, {read: 4, accepted: 3, duplicate: 0, rejected: 1})
      assert.equal(await countOf('TRIAL'), 0)
    })
  })
})
