import assert from 'node:assert/strict'
import {ownError} from '#lib/erp/rfc/rfc-error.js'
import {readInterface} from '#lib/erp/rfc/interface.js'
import type {CallResult} from '#lib/erp/rfc/lease.js'

const rows = [
  {PARAMCLASS: 'I', PARAMETER: 'IV_QTY', TABNAME: 'BAPI', EXID: 'P', INTLENGTH: 7, DECIMALS: 3},
  {PARAMCLASS: 'I', PARAMETER: 'IS_HEAD', TABNAME: 'HEAD', EXID: 'u', INTLENGTH: 100, DECIMALS: 0},
  {PARAMCLASS: 'C', PARAMETER: 'CT_DEEP', TABNAME: 'TTYPE', EXID: 'h', INTLENGTH: 8, DECIMALS: 0},
  {PARAMCLASS: 'E', PARAMETER: 'EV_NO', TABNAME: 'BAPI', EXID: 'C', INTLENGTH: 10, DECIMALS: 0},
  {PARAMCLASS: 'T', PARAMETER: 'IT_ITEM', TABNAME: 'ITEM', EXID: 'v', INTLENGTH: 50, DECIMALS: 0},
  {PARAMCLASS: 'X', PARAMETER: 'NOT_FOUND', TABNAME: '', EXID: '', INTLENGTH: 0, DECIMALS: 0},
]

describe('readInterface', () => {
  const call = async (name: string, parameters: Readonly<Record<string, unknown>>): Promise<CallResult> => {
    if (name === 'RFC_GET_FUNCTION_INTERFACE') return {ok: true, answer: {PARAMS: rows}}
    if (parameters.TABNAME === 'ITEM') return {ok: false, error: ownError('ADDON', 'no')}
    const fields = [
      {FIELDNAME: 'REF', INTTYPE: 'C', LENG: '000035', DECIMALS: '000000'},
      {FIELDNAME: 'SUB', INTTYPE: 'u', LENG: '000000', DECIMALS: '000000'},
    ]
    return {ok: true, answer: {DFIES_TAB: fields}}
  }

  it('knows what a function takes and gives, and of what it could not read no more than the name', async () => {
    const known = await readInterface('Z_F', call)

    assert.deepEqual(known, {
      takes: new Map<string, unknown>([
        ['IV_QTY', {kind: 'field', field: {type: 'P', length: 13, decimals: 3}}],
        [
          'IS_HEAD',
          {
            kind: 'structure',
            fields: new Map([
              ['REF', {type: 'C', length: 35, decimals: 0}],
              ['SUB', undefined],
            ]),
          },
        ],
        ['CT_DEEP', {kind: 'unknown'}],
        ['IT_ITEM', {kind: 'table', fields: undefined}],
      ]),
      gives: new Set(['CT_DEEP', 'EV_NO', 'IT_ITEM']),
    })
  })

  it('is unknown where SAP does not tell', async () => {
    assert.equal(await readInterface('Z_F', async () => ({ok: false, error: ownError('ADDON', 'no')})), undefined)
    assert.equal(await readInterface('Z_F', async () => ({ok: true, answer: {PARAMS: 'nonsense'}})), undefined)
  })
})
