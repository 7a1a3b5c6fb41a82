import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {PassThrough, Readable} from 'node:stream'
import {fileURLToPath} from 'node:url'
import {findFlow, loadConfig} from '#lib/config/load.js'
import {type Door, openDoor} from '#lib/intake/door.js'
import {type PushCounts, pushStream, type Reject} from '#lib/intake/push.js'
import {openLedger, type TestLedger} from '../../support/ledger.js'
import {order, orders} from '../../support/orders.js'

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url))

describe('pushStream', function () {
  this.timeout(30_000)
  let ledger: TestLedger
  let door: Door
  before(async () => {
    ledger = await openLedger()
    door = await openDoor(findFlow(await loadConfig(`${examples}erpsync.yaml`, {}), 'sales-order'))
  })
  after(async () => ledger.close())

  const push = async (text: string, options: {readonly dryRun?: boolean; readonly signal?: AbortSignal} = {}) => {
    const rejects: Reject[] = []
    const progress: PushCounts[] = []
    const counts = await pushStream({database: ledger.database, door}, Readable.from([Buffer.from(text)]), {
      dryRun: false,
      onProgress: (now) => progress.push(now),
      onReject: (reject) => void rejects.push(reject),
      ...options,
    })
    return {counts, rejects, progress}
  }
  const countMessages = async (): Promise<number> => {
    const {rows} = await ledger.database.query<{count: number}>(
      'select count(*)::integer as count from erpsync.message',
    )
    return rows[0]?.count ?? -1
  }

  it('accepts what is good around three bad lines, and tells each of them', async () => {
    const lines = [
      JSON.stringify(order('PUSH-1')),
      '{"orderId": "PUSH-2"',
      JSON.stringify(order('PUSH-3', {shop: 'fr'})),
      JSON.stringify(order('PUSH-1')),
      JSON.stringify(order('PUSH-1', {currency: 'EUR'})),
      JSON.stringify(order('PUSH-4')),
    ]

    const {counts, rejects} = await push(lines.join('\n'))

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
  })

  it('ends on the signal while nothing arrives, with what has arrived', async () => {
    const stop = new AbortController()
    const silent = new PassThrough()
    silent.write(`${JSON.stringify(order('PUSH-SILENT'))}\n`)

    const pushing = pushStream({database: ledger.database, door}, silent, {
      dryRun: false,
      onProgress: () => {},
      onReject: () => {},
      signal: stop.signal,
    })
    setImmediate(() => stop.abort())

    assert.deepEqual(await pushing, {read: 1, accepted: 1, duplicate: 0, rejected: 0})
  })

  it('accepts nothing of the examples a second time', async () => {
    const text = await readFile(`${examples}data/orders.ndjson`, 'utf8')

    const first = await push(text)
    const second = await push(text)

    assert.equal(second.counts.accepted, 0)
    assert.equal(second.counts.duplicate, first.counts.accepted + first.counts.duplicate)
    assert.equal(second.counts.rejected, first.counts.rejected)
    assert.ok(first.counts.accepted > 900 && first.counts.rejected > 0)
  })

  it('writes nothing in a dry run', async () => {
    const before = await countMessages()

    const {counts} = await push(JSON.stringify(order('DRY-1')), {dryRun: true})

    assert.equal(counts.accepted, 1)
    assert.equal(await countMessages(), before)
  })

  it('ends after the batch under way when it is told to', async () => {
    const before = await countMessages()

    const {counts} = await push(
      orders('STOP', 1200)
        .map((document) => JSON.stringify(document))
        .join('\n'),
      {signal: AbortSignal.abort()},
    )

    assert.deepEqual(counts, {read: 500, accepted: 500, duplicate: 0, rejected: 0})
    assert.equal(await countMessages(), before + 500)
  })
})
