import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {eventually} from '../../../support/eventually.js'
import {openLedger, type TestLedger} from '../../../support/ledger.js'
import {rfcOrder} from '../../../support/rfc-order.js'
import {openRfcCommand, type RfcCommand} from './rfc-command.js'

const create = 'BAPI_SALESORDER_CREATEFROMDAT2'
const committing = ['--commit', '--yes', '--reason', 'lost in June']

describe('erpsync erp call', function () {
  this.timeout(60_000)
  let rfc: RfcCommand
  let ledger: TestLedger
  before(async function () {
    ledger = await openLedger()
    rfc = await openRfcCommand(this, {
      postgresUrl: ledger.url,
      byHand: '{read: [Z_SIM_*, RFC_RAISE_ERROR, RFC_PING_AND_WAIT], write: [BAPI_SALESORDER_CREATE*, Z_ERPSYNC_*]}',
    })
  })
  afterEach(async () => rfc.admin.reset())
  after(async () => {
    await rfc?.close()
    await ledger?.close()
  })

  const call = async (...args: readonly string[]) => rfc.run(['erp', 'call', ...args, '--destination', 'ecc'])
  const trail = async () => {
    const {rows} = await ledger.database.query<{action: string; actor: string; reason: string; after: object}>(
      'select action, actor, reason, after from erpsync.trail order by seq',
    )
    return rows
  }

  it('calls a function that reads, with parameters by name, and gives its answer as JSON', async () => {
    const {code, stdout, stderr} = await call('--param', 'REQUTEXT=a=b', 'stfc_connection')

    assert.equal(code, 0, stderr)
    const {exports, tables} = JSON.parse(stdout)
    assert.deepEqual([Object.keys(exports), exports.ECHOTEXT, tables], [['ECHOTEXT', 'RESPTEXT'], 'a=b', {}])
  })

  it('takes numbers and tables by name as their parameters need them, and shows one table as a table', async () => {
    const parameters = [
      '{"QUERY_TABLE": "VBAK", "ROWCOUNT": 9}',
      'QUERY_TABLE=KNA1',
      'ROWCOUNT=3',
      'FIELDS=[{"FIELDNAME": "KUNNR"}]',
    ].flatMap((text) => ['--param', text])

    const {code, stdout, stderr} = await call('RFC_READ_TABLE', '--table', 'DATA', '--limit', '2', ...parameters)

    assert.equal(code, 0, stderr)
    assert.match(stdout, /^WA\n\S+\n\S+\n$/)
    assert.match(stderr, /^DATA: 2 of 3 rows; for more, type --limit 3$/m)
  })

  it('keeps the shape of its JSON', async () => {
    await writeFile(join(rfc.folder, 'rows.json'), '{"ROWS": 250}')

    const result = await rfc.json([
      'erp',
      'call',
      'Z_SIM_TABLE',
      '--destination',
      'ecc',
      '--param',
      `@${join(rfc.folder, 'rows.json')}`,
    ])

    assert.equal(result.tables.DATA.length, 100)
    assert.equal(result.tables.DATA[0].MATERIAL, 'MAT-0')
    assert.deepEqual(
      {...result, tables: {}, latencyMs: typeof result.latencyMs},
      {
        destination: 'ecc',
        function: 'Z_SIM_TABLE',
        latencyMs: 'number',
        committed: false,
        exports: {},
        tables: {},
        rows: {DATA: 250},
        messages: [],
      },
    )
  })

  it('ends with 3 and the messages on stderr where the function returns an error', async () => {
    const {code, stdout, stderr} = await call('BAPI_SALESORDER_GETSTATUS', '--param', 'SALESDOCUMENT=4711')

    assert.equal(code, 3)
    assert.match(stderr, /^E V1\/302: Sales document 4711 does not exist$/m)
    assert.deepEqual(JSON.parse(stdout).tables, {STATUSINFO: []})
  })

  it('ends with 3 where the function raises an exception', async () => {
    const {code, stderr} = await call('RFC_READ_TABLE', '--param', 'QUERY_TABLE=NOPE')

    assert.equal(code, 3)
    assert.match(stderr, /^Error: RFC_READ_TABLE: .*\(rfc:abap:TABLE_NOT_AVAILABLE\)\.$/m)
  })

  it('calls nothing that is not known to read, and says how to allow it', async () => {
    const unknown = await call('BAPI_CUSTOMER_CHANGEFROMDATA1')
    const writing = await call(create)
    const near = await call('RFC_READ_TABEL')

    assert.deepEqual([unknown.code, writing.code, near.code], [4, 4, 4])
    assert.match(unknown.stderr, /may not be called to read only\.[^]*destinations\.ecc\.byHand\.read/)
    assert.match(writing.stderr, /among those that book: add --commit/)
    assert.match(near.stderr, /Did you mean "RFC_READ_TABLE"\?/)
    assert.equal((await rfc.admin.stats()).requests, 0)
  })

  it('names the function that was probably meant', async () => {
    const {code, stderr} = await call('BAPI_SALESORDER_GETSTATUSS')

    assert.equal(code, 2)
    assert.match(stderr, /SAP has no function BAPI_SALESORDER_GETSTATUSS\. Did you mean "BAPI_SALESORDER_GETSTATUS"\?/)
  })

  it('refuses what the function does not take, before it is called', async () => {
    const misspelt = await call('STFC_CONNECTION', '--param', 'REQUTXT=x')
    const tooLong = await call('STFC_CONNECTION', '--param', `REQUTEXT=${'x'.repeat(256)}`)
    const noNumber = await call('RFC_READ_TABLE', '--param', 'QUERY_TABLE=VBAK', '--param', 'ROWCOUNT=many')
    const row = await call('RFC_READ_TABLE', '--param', '{"QUERY_TABLE": "VBAK", "FIELDS": [{"FIELDNAM": "VBELN"}]}')
    const missing = await call('RFC_READ_TABLE', '--param', 'ROWCOUNT=1')
    const table = await call('RFC_READ_TABLE', '--param', 'QUERY_TABLE=VBAK', '--table', 'DAT')

    assert.deepEqual(
      [misspelt, tooLong, noNumber, row, missing, table].map(({code}) => code),
      [2, 65, 65, 2, 65, 2],
    )
    assert.match(misspelt.stderr, /REQUTXT: STFC_CONNECTION takes no such parameter\. Did you mean "REQUTEXT"\?/)
    assert.match(tooLong.stderr, /REQUTEXT: has room for 255 characters, not for 256/)
    assert.match(noNumber.stderr, /ROWCOUNT: takes a whole number/)
    assert.match(row.stderr, /FIELDS\[0\]\.FIELDNAM: there is no such field\. Did you mean "FIELDNAME"\?/)
    assert.match(missing.stderr, /QUERY_TABLE must be given/)
    assert.match(table.stderr, /gives no table DAT\. Did you mean "DATA"\?/)
  })

  it('tells input that is no JSON from input that is not there', async () => {
    const bad = await call('STFC_CONNECTION', '--param', '{"REQUTEXT": geheim}')
    const absent = await call('STFC_CONNECTION', '--param', '@/nowhere/p.json')
    const neither = await call('STFC_CONNECTION', '--param', 'REQUTEXT')

    assert.deepEqual([bad.code, absent.code, neither.code], [65, 66, 2])
    assert.doesNotMatch(bad.stderr, /geheim/)
  })

  it('calls unchecked where the user may not ask for the interface, but commits nothing then', async () => {
    await rfc.admin.addFault({kind: 'dump', key: 'RFC_NO_AUTHORITY', rate: 1, path: 'RFC_GET_FUNCTION_INTERFACE'})

    const reading = await call('STFC_CONNECTION', '--param', 'REQUTEXT=x')
    const writing = await call(create, ...committing, '--param', JSON.stringify(rfcOrder('HAND-0')))

    assert.deepEqual([reading.code, writing.code], [0, 77], reading.stderr + writing.stderr)
    assert.match(reading.stderr, /^The parameters go unchecked: .*RFC_NO_AUTHORITY/m)
    assert.equal((await rfc.admin.effectOf('HAND-0')).creates, 0)
  })

  it('commits what it was told to, and writes who and why to the trail', async () => {
    const parameters = JSON.stringify(rfcOrder('HAND-1'))

    const result = await rfc.json(
      ['erp', 'call', create, '--destination', 'ecc', ...committing, '--param', parameters],
      {env: {ERPSYNC_ACTOR: 'ada'}},
    )

    assert.equal(result.committed, true)
    assert.equal((await rfc.admin.effectOf('HAND-1')).documents[0], String(Number(result.exports.SALESDOCUMENT)))
    const [before, after] = (await trail()).slice(-2)
    assert.deepEqual(before, {
      action: 'erp.call',
      actor: 'ada',
      reason: 'lost in June',
      after: {destination: 'ecc', function: create, parameters: rfcOrder('HAND-1')},
    })
    assert.deepEqual(after?.after, {
      destination: 'ecc',
      function: create,
      committed: true,
      messages: result.messages,
    })
  })

  it('commits nothing of a function that returns an error', async () => {
    const order = {...rfcOrder('HAND-2'), ORDER_PARTNERS: [{PARTN_ROLE: 'AG', PARTN_NUMB: 'NOBODY'}]}
    const {code, stderr} = await call(create, ...committing, '--param', JSON.stringify(order))

    assert.equal(code, 3)
    assert.match(stderr, /^E \S+\/\d{3}: /m)
    assert.equal((await rfc.admin.effectOf('HAND-2')).creates, 0)
    assert.equal(Object.entries((await trail()).at(-1)?.after ?? {}).find(([name]) => name === 'committed')?.[1], false)
  })

  it('says that nobody knows what became of a COMMIT whose answer got lost', async () => {
    await rfc.admin.addFault({kind: 'drop-after-commit', rate: 1})

    const {code, stdout} = await call(create, ...committing, '--json', '--param', JSON.stringify(rfcOrder('HAND-3')))

    assert.equal(code, 3)
    assert.equal(JSON.parse(stdout).error.code, 'in_doubt')
    assert.equal((await rfc.admin.effectOf('HAND-3')).creates, 1)
    assert.equal(Object.entries((await trail()).at(-1)?.after ?? {}).find(([name]) => name === 'committed')?.[1], null)
  })

  it('ends on Ctrl-C while SAP does not answer, and says so if it may have booked', async () => {
    const hangs = async (name: string, ...args: readonly string[]) => {
      await rfc.admin.reset()
      await rfc.admin.addFault({kind: 'hang', rate: 1, path: name})
      const running = rfc.start(['erp', 'call', name, '--destination', 'ecc', ...args])
      await eventually(async () => (await rfc.admin.stats()).faults.hang === 1)
      return running.stop('SIGINT')
    }

    const reading = await hangs('STFC_CONNECTION')
    const writing = await hangs(create, ...committing, '--param', JSON.stringify(rfcOrder('HAND-5')))

    assert.deepEqual([reading.code, writing.code], [130, 3], reading.stderr + writing.stderr)
    assert.match(writing.stderr, /Whether SAP has booked it is unknown\.[^]*Look into SAP/)
    assert.equal((await trail()).at(-1)?.action, 'erp.called')
  })

  it('gives a call up when its time is over', async () => {
    await rfc.admin.addFault({kind: 'hang', rate: 1, path: 'STFC_CONNECTION'})

    const {code, stderr} = await call('STFC_CONNECTION')

    assert.equal(code, 69, stderr)
  })

  it('asks before it commits, needs a reason, and commits nothing but what may be', async () => {
    const unasked = await call(create, '--commit', '--reason', 'test', '--param', JSON.stringify(rfcOrder('HAND-4')))
    const unreasoned = await call(create, '--commit', '--yes')
    const forbidden = await call('STFC_CONNECTION', '--commit', '--yes', '--reason', 'test')

    assert.deepEqual([unasked.code, unreasoned.code, forbidden.code], [2, 2, 4])
    assert.match(unasked.stderr, /Call BAPI_SALESORDER_CREATEFROMDAT2 in ecc, and commit what it does\?[^]*--yes/)
    assert.equal((await rfc.admin.effectOf('HAND-4')).creates, 0)
  })

  it('ends with 77 where SAP refuses the user, and with 69 where it is away', async () => {
    const refused = await rfc.run(['erp', 'call', 'RFC_PING', '--destination', 'ecc'], {
      env: {ERPSYNC_TEST_PASSWORD: 'wr0ng'},
    })
    const away = await rfc.run(['erp', 'call', 'RFC_PING', '--destination', 'ecc'], {
      env: {RFCSIM_ADDR: 'tcp:127.0.0.1:1'},
    })

    assert.deepEqual([refused.code, away.code], [77, 69], refused.stderr + away.stderr)
    assert.doesNotMatch(refused.stderr, /wr0ng/)
  })

  it('calls functions of a destination that is called by RFC, and of no other', async () => {
    const {code, stderr} = await rfc.run(['erp', 'call', 'RFC_PING', '--destination', 's4'])

    assert.equal(code, 2)
    assert.match(stderr, /"s4" is of kind odata/)
  })
})
