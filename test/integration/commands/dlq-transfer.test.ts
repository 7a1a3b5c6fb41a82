import assert from 'node:assert/strict'
import {readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {order, orders} from '../../support/orders.js'
import {openRepairDesk, type RepairDesk} from '../../support/repair-desk.js'

describe('erpsync dlq export and import', function () {
  this.timeout(90_000)
  let here: RepairDesk
  let there: RepairDesk
  beforeEach(async () => {
    here = await openRepairDesk()
    there = await openRepairDesk()
  })
  afterEach(async () => Promise.all([here.close(), there.close()]))

  const path = () => join(here.folder, 'letters.ndjson')
  const exportAll = async (...args: readonly string[]) =>
    here.erpsync(['dlq', 'export', '-q', 'state:any', '--out', path(), ...args])
  const importInto = async (desk: RepairDesk, ...args: readonly string[]) =>
    desk.erpsync(['dlq', 'import', path(), '--reason', 'move', '--yes', '--json', ...args])
  const accountOf = ({stdout}: {stdout: string}) => JSON.parse(stdout) as Record<string, unknown>
  /** Everything of the letters but what is counted anew in each ledger. */
  const contentOf = async ({database}: RepairDesk) => {
    const {rows} = await database.query(
      `select l.id, l.flow, l.attempt, l.class, l.executed, l.code, l.text, l.stage, l.headers, l.died_at, l.state,
              l.tags, encode(l.raw, 'hex') as raw, m.id as message, m.business_key, m.version, m.idempotency_key,
              m.reference, m.intent, m.payload, encode(m.payload_hash, 'hex') as hash, m.state as message_state, m.attempts,
              m.revision, m.accepted_at, m.claimed_at, m.ordering, m.version_rank,
              (select jsonb_agg(to_jsonb(a) order by number) from erpsync.attempt a where a.message_id = m.id) as attempt_rows,
              (select jsonb_agg(to_jsonb(r) order by number) from erpsync.payload_revision r where r.message_id = m.id) as revisions
         from erpsync.dead_letter l
         left join erpsync.message m on m.id = l.message_id
        order by l.id`,
    )
    return rows
  }
  const addRaw = async () =>
    here.database.query(
      `insert into erpsync.dead_letter
              (id, flow, attempt, class, executed, code, text, stage, raw, raw_hash, died_at)
       values (gen_random_uuid(), 'sales-order', 1, 'permanent', 'no', 'intake:refused', '', 'map', '{"half":',
               sha256('{"half":'), now())`,
    )

  it('brings the same letters into another ledger, with messages, attempts and revisions', async () => {
    const [corrected = ''] = await here.die(orders('MOVE', 250))
    await addRaw()
    await here.database.query(
      `update erpsync.message set intent = 'resync' where id = (select message_id from erpsync.dead_letter where id = $1)`,
      [corrected],
    )
    await here.database.query(`update erpsync.dead_letter set tags = '{vip}' where id = $1`, [corrected])
    await here.erpsync(['dlq', 'edit', corrected, '--set', 'currency=EUR', '--reason', 'wrong currency', '--yes'])

    const exported = await exportAll()
    const imported = await importInto(there)

    assert.equal(exported.code, exitCodes.ok, exported.stderr)
    assert.deepEqual(accountOf(imported), {letters: 251, imported: 251, skipped: [], refused: [], left: 0})
    assert.deepEqual(await contentOf(there), await contentOf(here))
    assert.equal((await stat(path())).mode & 0o777, 0o600)
  })

  it('imports nothing a second time, and tells both on the trail', async () => {
    await here.die(orders('MOVE', 3))
    await addRaw()
    await exportAll()
    await importInto(there)
    const before = await contentOf(there)

    const again = accountOf(await importInto(there))

    assert.deepEqual([again.imported, (again.skipped as unknown[]).length, again.refused], [0, 4, []])
    assert.deepEqual(await contentOf(there), before)
    const {rows} = await there.database.query<{action: string; after: unknown}>(
      'select action, after from erpsync.trail order by seq',
    )
    assert.deepEqual(
      rows.map(({action, after}) => [action, after]),
      [
        ['dlq.import', null],
        ['dlq.imported', {imported: 4, refused: 0, skipped: 0}],
        ['dlq.import', null],
        ['dlq.imported', {imported: 0, refused: 0, skipped: 4}],
      ],
    )
  })

  it('writes nothing from a file that was changed, shortened or is another (exit 65)', async () => {
    await here.die(orders('MOVE', 3))
    await exportAll()
    const whole = await readFile(path(), 'utf8')
    const lines = whole.split('\n')
    const damages = [
      whole.replace('MOVE-2', 'MOVE-9'),
      lines.slice(0, 3).join('\n'),
      [...lines.slice(0, 2), ...lines.slice(3)].join('\n'),
      '{"orderId": "MOVE-1"}\n',
      '',
    ]

    for (const damaged of damages) {
      await writeFile(path(), damaged)
      const {code} = await importInto(there)
      assert.equal(code, exitCodes.badInput, damaged.slice(0, 80))
    }

    assert.deepEqual(await contentOf(there), [])
    assert.equal((await there.database.query('select from erpsync.trail')).rows.length, 0)
  })

  it('leaves alone what the ledger knows, and what was no work to be done', async () => {
    const [, discarded = ''] = await here.die(orders('MOVE', 3))
    await here.erpsync(['dlq', 'discard', discarded, '--code', 'test', '--reason', 'x'])
    await exportAll()
    const [known = ''] = await there.push(order('MOVE-1'))

    const result = accountOf(await importInto(there))

    assert.equal(result.imported, 1)
    assert.deepEqual((result.skipped as {why: string}[]).map(({why}) => why).toSorted(), [
      `its message is here already, as ${known}`,
      'was discarded when it was exported',
    ])
    assert.equal(await there.stateOf(known), 'accepted')
  })

  it('refuses what intake would refuse here (exit 3)', async () => {
    await here.die([order('MOVE-1'), order('MOVE-2')])
    await here.database.query(`update erpsync.message set payload = payload - 'items' where business_key = 'MOVE-2'`)
    await exportAll()

    const imported = await importInto(there)

    assert.equal(imported.code, exitCodes.someFailed)
    const result = accountOf(imported)
    assert.deepEqual([result.imported, (result.refused as {why: string}[])[0]?.why], [1, '/items is missing'])
  })

  it('can be replayed there, and not before', async () => {
    const [letter = ''] = await here.die([order('MOVE-1')])
    await exportAll()
    await importInto(there)
    const {rows} = await there.database.query<{id: string}>('select id from erpsync.message')
    const message = rows[0]?.id ?? ''
    assert.deepEqual(await there.copiesOf(message), [])

    const replayed = await there.erpsync(['dlq', 'replay', letter, '--json'])

    assert.equal(replayed.code, exitCodes.ok, replayed.stdout)
    assert.deepEqual(await there.copiesOf(message), [{lane: 'replay', attempt: 2}])
  })

  it('keeps a strict key in order: what comes after a later one has begun is refused', async () => {
    await Promise.all([here.close(), there.close()])
    here = await openRepairDesk('strict')
    there = await openRepairDesk('strict')
    await here.die([order('SO-1')])
    await exportAll()
    await there.push(order('SO-1', {revision: 2}))

    const imported = await importInto(there)

    assert.equal(imported.code, exitCodes.someFailed)
    assert.match(imported.stdout, /a later message of SO-1 has begun here, and the flow is strict/)
  })

  it('does not overwrite a file (exit 66)', async () => {
    await writeFile(path(), 'mine')

    const {code} = await exportAll()

    assert.equal(code, exitCodes.missingInput)
    assert.equal(await readFile(path(), 'utf8'), 'mine')
  })
})
