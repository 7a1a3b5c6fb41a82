import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {recordAction} from '#lib/ledger/trail.js'
import {openLedger, type TestLedger} from '../../support/ledger.js'
import {ada} from '../../support/operator.js'
import {runCli} from '../../support/run-cli.js'

describe('erpsync trail', function () {
  this.timeout(60_000)
  let ledger: TestLedger
  let folder: string
  let messageId: string
  beforeEach(async () => {
    ledger = await openLedger()
    folder = await mkdtemp(join(tmpdir(), 'erpsync-trail-'))
    const rabbitmq = {urls: ['amqp://127.0.0.1:1']}
    const config = {postgres: {url: ledger.url}, rabbitmq, destinations: {}, flows: {}}
    await writeFile(join(folder, 'erpsync.yaml'), JSON.stringify(config))
    messageId = await ledger.accept('SO-1')
    await recordAction(ledger.database, ada, {action: 'flow.pause', flow: 'sales-order', after: {pause: null}})
    await recordAction(
      ledger.database,
      {...ada, actor: 'bob', ticket: 'INC-7'},
      {action: 'key.skip', flow: 'sales-order', messageId, before: {state: 'dead'}, after: {state: 'discarded'}},
    )
    await recordAction(ledger.database, ada, {action: 'erp.call', operationId: 'R-1', after: {function: 'RFC_PING'}})
  })
  afterEach(async () => {
    await ledger.close()
    await rm(folder, {recursive: true, force: true})
  })

  const trail = async (...args: readonly string[]) =>
    runCli(['trail', ...args, '--config', join(folder, 'erpsync.yaml')], {cwd: folder})
  const listed = async (...args: readonly string[]) => {
    const {code, stdout, stderr} = await trail('list', '--json', ...args)
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout) as {entries: readonly {seq: number}[]; next: number | null}
  }
  const numbers = async (...args: readonly string[]) => (await listed(...args)).entries.map(({seq}) => seq)

  it('list shows what was done, newest first, a page at a time', async () => {
    const first = await listed('--limit', '2')
    const rest = await listed('--before', String(first.next))
    const {stdout} = await trail('list')

    assert.deepEqual([first.entries.map(({seq}) => seq), first.next], [[3, 2], 2])
    assert.deepEqual([rest.entries.map(({seq}) => seq), rest.next], [[1], null])
    assert.match(stdout, new RegExp(`^ +2 +\\d+s +bob +key\\.skip +sales-order +${messageId} +INC-7 +because$`, 'm'))
  })

  it('list keeps to what was asked for', async () => {
    assert.deepEqual(await numbers('--actor', 'bob'), [2])
    assert.deepEqual(await numbers('--action', 'flow.pause'), [1])
    assert.deepEqual(await numbers('--flow', 'sales-order'), [2, 1])
    assert.deepEqual(await numbers('--message', messageId), [2])
    assert.deepEqual(await numbers('--operation', 'R-1'), [3])
    assert.deepEqual(await numbers('--since', '1h'), [3, 2, 1])
    assert.deepEqual(await numbers('--actor', 'nobody'), [])
    assert.equal((await trail('list', '--message', 'SO-1')).code, 2)
  })

  it('show tells how it was before and after', async () => {
    const {stdout} = await trail('show', '2')
    const entry = JSON.parse((await trail('show', '2', '--json')).stdout)
    const unknown = await trail('show', '9')

    assert.match(stdout, /^command +erpsync test$[^]*^ticket +INC-7$[^]*^before$[^]*"dead"[^]*^after$[^]*"discarded"/m)
    assert.deepEqual(
      {...entry, at: typeof entry.at, prevHash: entry.prevHash.length, hash: entry.hash.length},
      {
        seq: 2,
        at: 'string',
        actor: 'bob',
        host: 'test',
        command: 'test',
        action: 'key.skip',
        operationId: null,
        flow: 'sales-order',
        messageId,
        letterId: null,
        groupId: null,
        before: {state: 'dead'},
        after: {state: 'discarded'},
        reason: 'because',
        ticket: 'INC-7',
        prevHash: 64,
        hash: 64,
      },
    )
    assert.deepEqual([unknown.code, unknown.stderr.split('\n')[0]], [2, 'Error: There is no entry 9 on the trail.'])
  })

  it('verify prints the head, takes it back, and ends with 6 where an entry was changed', async () => {
    const intact = await trail('verify')
    const head = /^Head: ([\da-f]{64}@3)$/m.exec(intact.stdout)?.[1] ?? assert.fail(intact.stdout)
    const kept = await trail('verify', '--expect', head)
    const other = await trail('verify', '--expect', `${'0'.repeat(64)}@3`)
    const unreadable = await trail('verify', '--expect', 'abc')
    await ledger.database.query('alter table erpsync.trail disable trigger all')
    await ledger.database.query(`update erpsync.trail set actor = 'eve' where seq = 2`)
    const changed = await trail('verify')
    const told = JSON.parse((await trail('verify', '--json')).stdout)

    assert.deepEqual(
      [intact.code, kept.code, other.code, unreadable.code, changed.code],
      [0, 0, 6, 2, 6],
      kept.stderr + unreadable.stderr,
    )
    assert.match(intact.stdout, /^The trail is as it was written: 3 entries\.$/m)
    assert.match(other.stdout, /Entry 3 is another than the one that was kept/)
    assert.match(changed.stdout, /^The trail is not as it was written\. Entry 2 was changed: its hash is [\da-f]{64}, /)
    assert.deepEqual([told.intact, told.entries, told.broken.kind, told.broken.seq], [false, 1, 'changed', 2])
    assert.deepEqual(`${told.head.hash}@${told.head.seq}`, head)
  })

  it('export writes a file that proves itself without the database', async () => {
    const path = join(folder, 'trail.ndjson')

    const {code, stdout} = await trail('export', '--out', path, '--json')
    const again = await trail('export', '--out', path)

    const text = await readFile(path, 'utf8')
    const lines = text.trimEnd().split('\n')
    const entries = lines.slice(0, -1).map((line) => JSON.parse(line))
    const sha256 = (of: string) => createHash('sha256').update(of).digest('hex')
    const checksum = sha256(
      lines
        .slice(0, -1)
        .map((line) => `${line}\n`)
        .join(''),
    )
    const end = {entries: 3, sha256: checksum, head: {seq: 3, hash: entries[2].hash}}
    assert.deepEqual([code, again.code], [0, 66])
    assert.deepEqual([JSON.parse(stdout), JSON.parse(lines.at(-1) ?? '')], [{file: path, ...end}, end])
    assert.deepEqual(
      entries.map((entry) => sha256(entry.text)),
      entries.map(({hash}) => hash),
    )
    assert.deepEqual(
      entries.map(({prevHash}) => prevHash),
      ['0'.repeat(64), entries[0].hash, entries[1].hash],
    )
    assert.equal((await stat(path)).mode & 0o777, 0o600)
  })
})
