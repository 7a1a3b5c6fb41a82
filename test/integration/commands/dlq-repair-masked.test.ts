import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {order} from '../../support/orders.js'
import {openRepairDesk, type RepairDesk} from '../../support/repair-desk.js'

/** A flow whose customers are persons. */
const schema = {
  type: 'object',
  required: ['orderId', 'items'],
  properties: {customerId: {type: 'string', 'x-personal': true}},
}

describe('repairing letters with personal data', function () {
  this.timeout(60_000)
  let desk: RepairDesk
  let letter: string
  beforeEach(async () => {
    desk = await openRepairDesk('none', schema)
    const [id = ''] = await desk.die([order('SECRET-1', {customerId: 'Erika Mustermann'})], {
      text: 'Customer Erika Mustermann is not known',
    })
    letter = id
  })
  afterEach(async () => desk.close())

  const actions = async () => {
    const {rows} = await desk.database.query<{action: string}>('select action from erpsync.trail order by seq')
    return rows.map(({action}) => action)
  }
  const assertMasked = (text: string) => {
    assert.doesNotMatch(text, /Erika|Mustermann/)
    assert.match(text, /\*\*\*/)
  }

  it('masks what an edit and a fix tell of a change', async () => {
    const patch = await desk.file('fix.json', [{op: 'replace', path: '/customerId', value: 'Max Mustermann'}])

    const change = ['--set', 'customerId=Max Mustermann']
    const edit = await desk.erpsync(['dlq', 'edit', letter, ...change, '--dry-run', '--reason', 'x'])
    const fix = await desk.erpsync(['dlq', 'fix', letter, '--patch', patch, '--json'])

    assert.match(edit.stdout, /- \/customerId "\*\*\*"\n\+ \/customerId "\*\*\*"/)
    for (const {stdout, stderr} of [edit, fix]) assertMasked(stdout + stderr)
    assert.deepEqual(await actions(), [])
  })

  it('tells the trail that an editor has shown it', async () => {
    const editor = await desk.file('editor.sh', 'sed -i s/Erika/Max/ "$1"')

    await desk.erpsync(['dlq', 'edit', letter, '--reason', 'x', '--yes'], {EDITOR: `sh ${editor}`})

    assert.deepEqual(await actions(), ['personal.unmask', 'dlq.edit'])
  })

  it('masks all revisions when it shows them', async () => {
    await desk.erpsync(['dlq', 'edit', letter, '--set', 'customerId=Max Mustermann', '--reason', 'wrong one', '--yes'])

    const shown = await desk.erpsync(['dlq', 'show', letter])
    const unmasked = await desk.erpsync(['dlq', 'show', letter, '--unmask', '--reason', 'call'])

    assertMasked(shown.stdout)
    assert.match(shown.stdout, /^0 +\S+ +as accepted$/m)
    assert.match(shown.stdout, /^1 +\S+ +ada on \S+ +wrong one$/m)
    assert.match(unmasked.stdout, /- \/customerId "Erika Mustermann"\n\+ \/customerId "Max Mustermann"/)
  })

  it('exports masked data unless it is asked for on the trail, and imports no masked data (exit 65)', async () => {
    await desk.erpsync(['dlq', 'edit', letter, '--set', 'customerId=Max Mustermann', '--reason', 'x', '--yes'])
    const [masked, plain] = [join(desk.folder, 'masked.ndjson'), join(desk.folder, 'plain.ndjson')]

    await desk.erpsync(['dlq', 'export', '-q', 'state:open', '--out', masked])
    await desk.erpsync(['dlq', 'export', '-q', 'state:open', '--out', plain, '--unmask', '--reason', 'move'])
    const imported = await desk.erpsync(['dlq', 'import', masked, '--reason', 'x'])

    const [maskedText, plainText] = [await readFile(masked, 'utf8'), await readFile(plain, 'utf8')]
    assertMasked(maskedText)
    assert.match(plainText, /Erika Mustermann.*Max Mustermann|Max Mustermann.*Erika Mustermann/s)
    assert.equal(imported.code, exitCodes.badInput)
    assert.match(imported.stderr, /--unmask/)
    assert.deepEqual(await actions(), ['dlq.edit', 'dlq.export'])
    const {rows} = await desk.database.query(`select after, reason from erpsync.trail where action = 'dlq.export'`)
    assert.deepEqual(rows, [{after: {query: 'state:open', letters: 1, unmasked: true}, reason: 'move'}])
  })
})
