import assert from 'node:assert/strict'
import {readdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {acceptDocuments} from '#lib/intake/accept.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {readMessage} from '#lib/ledger/timeline.js'
import {readRevisions} from '#lib/ledger/revisions.js'
import {listTrail} from '#lib/ledger/trail-records.js'
import {admissible, order} from '../../support/orders.js'
import {openRepairDesk, type RepairDesk} from '../../support/repair-desk.js'

describe('erpsync dlq edit', function () {
  this.timeout(60_000)
  let desk: RepairDesk
  beforeEach(async () => {
    desk = await openRepairDesk()
  })
  afterEach(async () => desk.close())

  const edit = async (id: string, ...args: readonly string[]) =>
    desk.erpsync(['dlq', 'edit', id, '--reason', 'wrong customer', ...args])
  const dead = async (orderId: string) => {
    const document = order(orderId, {customerId: 'NOBODY'})
    const [letter = ''] = await desk.die([document])
    const {rows} = await desk.database.query<{id: string}>(
      'select message_id as id from erpsync.dead_letter where id = $1',
      [letter],
    )
    return {document, letter, message: rows[0]?.id ?? ''}
  }
  const payloadOf = async (message: string) => (await readMessage(desk.database, message))?.payload
  const trail = async () =>
    listTrail(desk.database, {
      sinceMs: null,
      actor: null,
      action: null,
      flow: null,
      messageId: null,
      operationId: null,
      before: null,
      limit: 100,
    })

  it('writes a new revision, keeps the first, and tells the trail places but no values', async () => {
    const {document, letter, message} = await dead('EDIT-1')

    const {code, stdout, stderr} = await edit(letter, '--set', 'customerId=USCU_S01', '--yes')

    assert.equal(code, exitCodes.ok, stderr)
    assert.match(stderr, /- \/customerId "NOBODY"\n\+ \/customerId "USCU_S01"/)
    assert.match(stdout, new RegExp(`erpsync dlq replay ${letter}`))
    assert.deepEqual(await payloadOf(message), {...document, customerId: 'USCU_S01'})
    const revisions = await readRevisions(desk.database, message)
    assert.deepEqual(
      revisions.map(({number, madeBy, reason, payload}) => [number, madeBy, reason, payload]),
      [
        [0, null, null, document],
        [1, 'ada', 'wrong customer', {...document, customerId: 'USCU_S01'}],
      ],
    )
    const [entry] = await trail()
    assert.deepEqual([entry?.action, entry?.letterId, entry?.before], ['dlq.edit', letter, {revision: 0}])
    assert.deepEqual(entry?.after?.changed, ['/customerId'])
    assert.ok(!JSON.stringify(entry).includes('USCU_S01'))
  })

  it('leaves the letter open, and its message dead with id and identity as they were', async () => {
    const {letter, message} = await dead('EDIT-2')
    const before = await readMessage(desk.database, message)

    await edit(letter, '--set', 'customerId=USCU_S01', '--yes')

    const after = await readMessage(desk.database, message)
    assert.deepEqual({...after, payload: null}, {...before, payload: null})
    const {rows} = await desk.database.query('select state from erpsync.dead_letter where id = $1', [letter])
    assert.deepEqual(rows, [{state: 'open'}])
  })

  it('opens an editor on a file that only its owner may read, and leaves nothing behind', async () => {
    const {letter, message} = await dead('EDIT-3')
    const script = await desk.file(
      'editor.sh',
      `stat -c '%a' "$1" > ${desk.folder}/mode\nsed -i 's/NOBODY/USCU_S01/' "$1"\n`,
    )

    const {code, stderr} = await desk.erpsync(['dlq', 'edit', letter, '--reason', 'x', '--yes'], {
      VISUAL: `sh ${script}`,
    })

    assert.equal(code, exitCodes.ok, stderr)
    const payload = await payloadOf(message)
    assert.equal(JSON.stringify(payload).includes('USCU_S01'), true)
    const {readFile} = await import('node:fs/promises')
    assert.equal((await readFile(`${desk.folder}/mode`, 'utf8')).trim(), '600')
    assert.deepEqual(
      (await readdir(tmpdir())).filter((name) => name.startsWith('erpsync-edit-')),
      [],
    )
  })

  it('refuses what the schema refuses, names all of it, and writes nothing (exit 65)', async () => {
    const {document, letter, message} = await dead('EDIT-4')

    const {code, stderr} = await edit(letter, '--set', 'currency=7', '--unset', 'customerId', '--yes')

    assert.equal(code, exitCodes.badInput)
    assert.match(stderr, /\/customerId is missing/)
    assert.match(stderr, /\/currency /)
    assert.deepEqual(await payloadOf(message), document)
    assert.deepEqual(await readRevisions(desk.database, message), [])
    assert.deepEqual(await trail(), [])
  })

  it('refuses to make another message of it, and names what must stay (exit 65)', async () => {
    const {document, letter, message} = await dead('EDIT-5')

    const key = await edit(letter, '--set', 'orderId=OTHER', '--yes')
    const version = await edit(letter, '--set', 'revision=2', '--yes')

    assert.deepEqual([key.code, version.code], [exitCodes.badInput, exitCodes.badInput])
    assert.match(key.stderr, /key must stay EDIT-5, and would become OTHER/)
    assert.match(key.stderr, /reference must stay EDIT-5\/1, and would become OTHER\/1/)
    assert.match(version.stderr, /version must stay 1, and would become 2/)
    assert.deepEqual(await payloadOf(message), document)
  })

  it('does not overwrite what somebody else corrected while the editor was open (exit 7)', async () => {
    const {letter, message} = await dead('EDIT-6')
    const other = `node ${process.cwd()}/bin/run.js dlq edit ${letter} --set customerId=USCU_S02 --yes --reason first`
    const script = await desk.file('slow.sh', `ERPSYNC_ACTOR=bob ${other} 1>&2 && sed -i 's/NOBODY/USCU_S01/' "$1"\n`)

    const {code, stderr} = await desk.erpsync(['dlq', 'edit', letter, '--reason', 'second', '--yes'], {
      EDITOR: `sh ${script}`,
    })

    assert.equal(code, exitCodes.conflict, stderr)
    assert.match(stderr, /was corrected meanwhile by bob on \S+ at \d{4}-\d\d-\d\dT[\d:.]+Z \(revision 1\)/)
    assert.match(JSON.stringify(await payloadOf(message)), /USCU_S02/)
  })

  it('asks first: without a terminal it wants --yes, and changes nothing (exit 2)', async () => {
    const {document, letter, message} = await dead('EDIT-7')

    const {code} = await edit(letter, '--set', 'customerId=USCU_S01')
    const dryRun = await edit(letter, '--set', 'customerId=USCU_S01', '--dry-run', '--json')

    assert.equal(code, exitCodes.usage)
    assert.deepEqual(await payloadOf(message), document)
    assert.equal(dryRun.code, exitCodes.ok)
    const {changes, dryRun: isDry} = JSON.parse(dryRun.stdout) as Record<string, unknown>
    assert.deepEqual([changes, isDry], [[{path: '/customerId', before: 'NOBODY', after: 'USCU_S01'}], true])
  })

  it('refuses a letter that is over (7), and one that is not there (2)', async () => {
    const {letter, message} = await dead('EDIT-8')
    await desk.database.query(
      `update erpsync.message set state = 'superseded', ordering = 'latest', finished_at = now() where id = $1`,
      [message],
    )

    const over = await edit(letter, '--set', 'customerId=USCU_S01', '--yes')
    const unknown = await edit('019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11', '--set', 'a=b', '--yes')

    assert.deepEqual([over.code, unknown.code], [exitCodes.conflict, exitCodes.usage])
    assert.match(over.stderr, /is over/)
  })

  it('knows the document again that was accepted, when its producer sends it once more', async () => {
    const {document, letter, message} = await dead('EDIT-9')
    await edit(letter, '--set', 'customerId=USCU_S01', '--yes')
    const entry = {flow: 'sales-order', ordering: 'none'} as const
    const corrected = order('EDIT-9', {customerId: 'USCU_S01'})
    const other = order('EDIT-9', {customerId: 'USCU_S03'})

    const verdicts = await acceptDocuments(desk.database, entry, [document, corrected, other].map(admissible))

    assert.deepEqual(
      verdicts.map((verdict) => (verdict.kind === 'duplicate' ? verdict.id : verdict.kind)),
      [message, message, 'refused'],
    )
  })
})
