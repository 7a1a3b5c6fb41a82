import assert from 'node:assert/strict'
import {openRfcCommand, type RfcCommand} from './rfc-command.js'

describe('erpsync erp describe', function () {
  this.timeout(60_000)
  let rfc: RfcCommand
  before(async function () {
    rfc = await openRfcCommand(this)
  })
  after(async () => rfc?.close())

  const describeFunction = async (name: string) => rfc.run(['erp', 'describe', name, '--destination', 'ecc'])

  it('shows parameters with their fields under them, and the exceptions', async () => {
    const {code, stdout, stderr} = await describeFunction('rfc_read_table')

    assert.equal(code, 0, stderr)
    const lines = stdout.split('\n')
    assert.match(lines[0] ?? '', /^parameter +direction +type +length +decimals +default +text$/)
    assert.match(stdout, /^QUERY_TABLE +import +CHAR +30 +required +Table read$/m)
    assert.match(stdout, /^ROWCOUNT +import +INT4 +optional +Maximum number of rows$/m)
    assert.match(stdout, /^DATA +tables +TABLE TAB512 +optional +Data read \(out\)\n {2}WA +CHAR +512$/m)
    assert.match(stdout, /^TABLE_NOT_AVAILABLE +QUERY_TABLE not active in Dictionary$/m)
  })

  it('gives a stable shape as JSON, structures within structures too', async () => {
    const {parameters, ...rest} = await rfc.json(['erp', 'describe', 'Z_SIM_ECHO', '--destination', 'ecc'])

    assert.deepEqual(rest, {destination: 'ecc', function: 'Z_SIM_ECHO', exceptions: []})
    const [first] = parameters
    assert.deepEqual(
      {
        ...first,
        fields: first.fields.map(({name, type, length, decimals}: Record<string, unknown>) => [
          name,
          type,
          length,
          decimals,
        ]),
      },
      {
        name: 'IS',
        direction: 'import',
        optional: true,
        default: null,
        type: 'STRUCTURE',
        length: null,
        decimals: null,
        text: '',
        structure: 'ZSIM_ALL',
        fields: [
          ['C', 'CHAR', 5, null],
          ['N', 'NUMC', 5, null],
          ['D', 'DATS', null, null],
          ['T', 'TIMS', null, null],
          ['S', 'STRING', null, null],
          ['X', 'RAW', 4, null],
          ['XS', 'RAWSTRING', null, null],
          ['P', 'DEC', 9, 2],
          ['D16', 'DECF16', null, null],
          ['D34', 'DECF34', null, null],
          ['F', 'FLTP', null, null],
          ['I', 'INT4', null, null],
          ['I1', 'INT1', null, null],
          ['I2', 'INT2', null, null],
          ['I8', 'INT8', null, null],
          ['U', 'UTCLONG', null, null],
          ['SUB', 'STRUCTURE', null, null],
          ['ROWS', 'TABLE', null, null],
        ],
      },
    )
    const pair = [
      {
        name: 'PARTN_ROLE',
        type: 'CHAR',
        length: 2,
        decimals: null,
        text: 'Partner Function',
        structure: null,
        fields: null,
      },
      {
        name: 'PARTN_NUMB',
        type: 'CHAR',
        length: 10,
        decimals: null,
        text: 'Customer Number',
        structure: null,
        fields: null,
      },
    ]
    assert.deepEqual(
      first.fields.slice(-2).map(({structure, fields}: Record<string, unknown>) => [structure, fields]),
      [
        ['ZSIM_PAIR', pair],
        ['ZSIM_PAIR', pair],
      ],
    )
  })

  it('tells the default of a parameter as ABAP has it', async () => {
    const {parameters} = await rfc.json(['erp', 'describe', 'RFC_RAISE_ERROR', '--destination', 'ecc'])

    assert.deepEqual(
      parameters.map(({name, default: value}: Record<string, unknown>) => [name, value]),
      [
        ['METHOD', "'0'"],
        ['MESSAGETYPE', null],
      ],
    )
  })

  it('names the function that was probably meant', async () => {
    const {code, stderr} = await describeFunction('BAPI_SALESORDER_CREATEFROMDAT')

    assert.equal(code, 2)
    assert.match(stderr, /no function BAPI_SALESORDER_CREATEFROMDAT\. Did you mean "BAPI_SALESORDER_CREATEFROMDAT2"\?/)
  })

  it('names the destination that was probably meant', async () => {
    const {code, stderr} = await rfc.run(['erp', 'describe', 'RFC_PING', '--destination', 'ec'])

    assert.equal(code, 2)
    assert.match(stderr, /There is no destination "ec"\. Did you mean "ecc"\?/)
  })
})
