import assert from 'node:assert/strict'
import {fitParameters} from '#lib/erp/rfc/fit.js'
import type {FunctionInterface} from '#lib/erp/rfc/interface.js'

const item = new Map([
  ['MATNR', {type: 'C', length: 5, decimals: 0}],
  ['DEEP', undefined],
])
const shape: FunctionInterface = {
  takes: new Map([
    ['IV_DATE', {kind: 'field', field: {type: 'D', length: 8, decimals: 0}}],
    ['IS_ITEM', {kind: 'structure', fields: item}],
    ['IT_ITEMS', {kind: 'table', fields: item}],
    ['IS_DARK', {kind: 'structure', fields: undefined}],
    ['IT_TYPED', {kind: 'unknown'}],
  ]),
  gives: new Set(['EV_NUMBER']),
}

function verdict(parameters: Readonly<Record<string, unknown>>): unknown {
  const fitted = fitParameters('Z_F', parameters, shape)
  return fitted.ok ? fitted.parameters : `${fitted.failure.class} ${fitted.failure.code} ${fitted.failure.text}`
}

describe('fitParameters', () => {
  it('lets in what fits, and what nobody can judge', () => {
    const parameters = {
      IV_DATE: '20250131',
      IS_ITEM: {MATNR: 'TG11', DEEP: {A: 1}},
      IT_ITEMS: [{MATNR: 'TG11'}, {}],
      IS_DARK: {ANYTHING: 1},
      IT_TYPED: [1],
    }

    assert.deepEqual(verdict(parameters), parameters)
    assert.deepEqual(fitParameters('Z_F', {ANY: 1}, undefined), {ok: true, parameters: {ANY: 1}})
  })

  it('names the place of what does not fit', () => {
    assert.deepEqual(
      [
        {IT_ITEMS: [{MATNR: 'TG11'}, {MATNR: 'TG1234'}]},
        {IS_ITEM: {MATNR: 11}},
        {IV_DATE: '31.01.2025'},
        {IV_DAT: '20250131'},
        {IS_ITEM: {MATN: 'TG11'}},
        {IT_ITEMS: {MATNR: 'TG11'}},
        {IS_ITEM: 'TG11'},
        {EV_NUMBER: '1'},
      ].map(verdict),
      [
        'permanent rfc:too_long Z_F: IT_ITEMS[1].MATNR: has room for 5 characters, not for 6',
        'permanent rfc:wrong_type Z_F: IS_ITEM.MATNR: takes text, not a number',
        'permanent rfc:bad_date Z_F: IV_DATE: is no date YYYYMMDD; $sapDate makes one',
        'permanent rfc:unknown_parameter Z_F: IV_DAT: Z_F takes no such parameter. Did you mean "IV_DATE"?',
        'permanent rfc:unknown_parameter Z_F: IS_ITEM.MATN: there is no such field. Did you mean "MATNR"?',
        'permanent rfc:wrong_type Z_F: IT_ITEMS: is a table and takes a list of rows',
        'permanent rfc:wrong_type Z_F: IS_ITEM: is a structure and takes an object',
        'permanent rfc:unknown_parameter Z_F: EV_NUMBER: Z_F takes no such parameter.',
      ],
    )
  })
})
