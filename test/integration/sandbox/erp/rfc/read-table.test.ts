import assert from 'node:assert/strict'
import {openRfc, type RfcClient} from '../../../../support/rfc-client.js'
import {type BothFaces, order, setupBothFaces} from '../../../../support/sandbox-erp.js'

describe('RFC_READ_TABLE', () => {
  let sandbox: BothFaces
  let client: RfcClient
  beforeEach(async () => {
    sandbox = await setupBothFaces()
    client = await openRfc(sandbox.rfc)
    for (const reference of ["O'N-1", 'B', 'B']) {
      await sandbox.client.send('POST', `${sandbox.orders}/A_SalesOrder`, {
        body: order(reference, {SoldToParty: '100004', SalesOrganization: '1710'}),
      })
    }
  })
  afterEach(async () => {
    client.close()
    await sandbox.close()
  })

  const read = async (QUERY_TABLE: string, where: readonly string[], fields: readonly string[], more: object = {}) =>
    client.call('RFC_READ_TABLE', {
      QUERY_TABLE,
      OPTIONS: where.map((TEXT) => ({TEXT})),
      FIELDS: fields.map((FIELDNAME) => ({FIELDNAME})),
      ...more,
    })
  const lines = async (...input: Parameters<typeof read>): Promise<readonly string[]> =>
    (await read(...input)).params.DATA.map(({WA}: {WA: string}) => WA)

  it('finds orders by their reference, quotes and all', async () => {
    assert.deepEqual(await lines('VBAK', ["BSTNK EQ 'O''N-1'"], ['VBELN']), ['0000000001'])
    assert.deepEqual(await lines('VBAK', ["BSTNK EQ 'B'", "AND VKORG = '1710'"], ['VBELN']), [
      '0000000002',
      '0000000003',
    ])
    assert.deepEqual(await lines('VBAK', ["BSTNK EQ 'B' AND AUART EQ 'ZZ'"], ['VBELN']), [])
  })

  it('lays columns out in their widths, and tells where they are', async () => {
    const {FIELDS, DATA} = (
      await read('VBAK', ["VBELN EQ '0000000001'"], ['AUART', 'KUNNR', 'NETWR', 'VDATU', 'BSTNK'], {DELIMITER: '|'})
    ).params

    assert.deepEqual(DATA, [{WA: "TA  |0000100004|         179.75|00000000|O'N-1"}])
    assert.deepEqual(
      FIELDS.map((field: Record<string, string>) => [field.FIELDNAME, field.OFFSET, field.LENGTH, field.TYPE]),
      [
        ['AUART', '000000', '000004', 'C'],
        ['KUNNR', '000005', '000010', 'C'],
        ['NETWR', '000016', '000015', 'P'],
        ['VDATU', '000032', '000008', 'D'],
        ['BSTNK', '000041', '000035', 'C'],
      ],
    )
  })

  it('skips and limits rows, and gives none if only the columns are wanted', async () => {
    assert.deepEqual(await lines('VBAK', [], ['VBELN'], {ROWSKIPS: 1, ROWCOUNT: 1}), ['0000000002'])
    assert.deepEqual(await lines('VBAK', [], ['VBELN'], {ROWSKIPS: 2}), ['0000000003'])
    assert.equal('DATA' in (await read('KNA1', [], [], {NO_DATA: 'X'})).params, false)
  })

  it('finds customers by the number as it is stored', async () => {
    assert.deepEqual(await lines('KNA1', ["KUNNR EQ '0000100004'"], ['KUNNR', 'ORT01']), ['0000100004El Paso'])
    assert.deepEqual(await lines('KNA1', ["KUNNR EQ '100004'"], ['KUNNR']), [])
    assert.equal((await lines('KNA1', [], ['KUNNR'])).length, 45)
  })

  it('raises an exception where it cannot be done, and the session goes on', async () => {
    const raised = async (...input: Parameters<typeof read>) => {
      const {error} = await read(...input)
      return [error.code, error.key]
    }

    assert.deepEqual(await raised('MARA', [], []), [5, 'TABLE_NOT_AVAILABLE'])
    assert.deepEqual(await raised('VBAK', ["VBELN LIKE '1%'"], []), [5, 'OPTION_NOT_VALID'])
    assert.deepEqual(await raised('VBAK', ["COLOUR EQ 'RED'"], []), [5, 'OPTION_NOT_VALID'])
    assert.deepEqual(await raised('VBAK', [], ['COLOUR']), [5, 'FIELD_NOT_VALID'])
    assert.deepEqual(await raised('VBAK', [], Array<string>(15).fill('BSTNK')), [5, 'DATA_BUFFER_EXCEEDED'])
    assert.deepEqual(await client.ask({op: 'ping'}), {})
  })
})
