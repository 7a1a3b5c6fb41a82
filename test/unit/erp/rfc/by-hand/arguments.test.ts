import assert from 'node:assert/strict'
import {type Argument, fitArguments} from '#lib/erp/rfc/by-hand/arguments.js'
import type {FunctionDescription, ParameterDescription} from '#lib/erp/rfc/describe-function.js'

function parameter(name: string, changes: Partial<ParameterDescription> = {}): ParameterDescription {
  return {
    name,
    abapType: 'C',
    length: 4,
    decimals: 0,
    text: '',
    structure: null,
    fields: null,
    direction: 'import',
    isOptional: true,
    default: null,
    ...changes,
  }
}

const line = [{name: 'A', abapType: 'C', length: 2, decimals: 0, text: '', structure: null, fields: null}]
const description: FunctionDescription = {
  name: 'Z_F',
  parameters: [
    parameter('IV_TEXT'),
    parameter('IV_COUNT', {abapType: 'I', length: 4}),
    parameter('IV_PRICE', {abapType: 'P', length: 7, decimals: 2}),
    parameter('IT_LINES', {abapType: 'h', direction: 'tables', structure: 'ZLINE', fields: line}),
    parameter('EV_NUMBER', {direction: 'export'}),
  ],
  exceptions: [],
}

const text = (name: string, value: string): Argument => ({kind: 'text', name, text: value})

describe('fitArguments', () => {
  const fit = (given: readonly Argument[], more: readonly ParameterDescription[] = []) => {
    const fitted = fitArguments('Z_F', given, {...description, parameters: [...description.parameters, ...more]})
    return fitted.ok ? fitted.parameters : [fitted.failure.code, fitted.failure.text]
  }

  it('reads a text as its parameter needs it', () => {
    const fitted = fit([
      text('IV_TEXT', '0012'),
      text('IV_COUNT', '12'),
      text('IV_PRICE', '12.50'),
      text('IT_LINES', '[{"A": "x"}]'),
    ])

    assert.deepEqual(fitted, {IV_TEXT: '0012', IV_COUNT: 12, IV_PRICE: '12.50', IT_LINES: [{A: 'x'}]})
  })

  it('lets later arguments win', () => {
    const fitted = fit([
      {kind: 'object', values: {IV_TEXT: 'a', IV_COUNT: 1}},
      text('IV_TEXT', 'b'),
      {kind: 'object', values: {IV_COUNT: 2}},
    ])

    assert.deepEqual(fitted, {IV_TEXT: 'b', IV_COUNT: 2})
  })

  it('refuses what would not go in without a loss, and names it', () => {
    assert.deepEqual(fit([text('IV_TEXT', 'five5')]), [
      'rfc:too_long',
      'Z_F: IV_TEXT: has room for 4 characters, not for 5',
    ])
    assert.deepEqual(fit([text('IT_LINES', '[{"A": "abc"}]')]), [
      'rfc:too_long',
      'Z_F: IT_LINES[0].A: has room for 2 characters, not for 3',
    ])
    assert.deepEqual(fit([text('IV_COUNT', 'many')]), [
      'rfc:wrong_type',
      'Z_F: IV_COUNT: takes a whole number, not a string',
    ])
  })

  it('refuses a parameter that the function only gives, and suggests one it takes', () => {
    assert.deepEqual(fit([text('EV_NUMBER', '1')]), [
      'rfc:unknown_parameter',
      'Z_F: EV_NUMBER: Z_F takes no such parameter.',
    ])
    assert.deepEqual(fit([text('IV_TXT', 'a')]), [
      'rfc:unknown_parameter',
      'Z_F: IV_TXT: Z_F takes no such parameter. Did you mean "IV_TEXT"?',
    ])
  })

  it('misses what must be given, but for tables', () => {
    const required = [
      parameter('IV_MUST', {isOptional: false}),
      parameter('CV_MUST', {isOptional: false, direction: 'changing'}),
      parameter('IT_MUST', {isOptional: false, direction: 'tables', abapType: 'h'}),
    ]

    assert.deepEqual(fit([], required), ['rfc:missing_parameter', 'Z_F: IV_MUST, CV_MUST must be given.'])
  })

  it('checks nothing where SAP told nothing', () => {
    assert.deepEqual(fitArguments('Z_F', [text('ANY', '12')], undefined), {ok: true, parameters: {ANY: '12'}})
  })
})
