import assert from 'node:assert/strict'
import {errorCodes, parseSapError} from '#lib/erp/odata/sap-error.js'

const wrapped = {
  error: {
    code: '/IWBEP/CX_MGW_BUSI_EXCEPTION',
    message: {lang: 'en', value: 'Material TG90 is not defined'},
    innererror: {
      application: {component_id: 'SD-SLS-API', service_id: 'API_SALES_ORDER_SRV'},
      transactionid: 'A1',
      errordetails: [
        {code: 'V1/555', message: 'Check the delivery date', severity: 'warning', target: ''},
        {code: 'V1/319', message: 'Material TG90 is not defined', severity: 'error', target: 'to_Item'},
        {code: '/IWBEP/CX_MGW_BUSI_EXCEPTION', message: 'Business exception', severity: 'error'},
        {code: '/IWBEP/CM_MGW_RT/022', message: 'An exception was raised', severity: 'error'},
      ],
    },
  },
}

describe('parseSapError', () => {
  const parse = (json: unknown) => parseSapError({json, text: ''})

  it('reads a V2 payload without the rows that only wrap others', () => {
    assert.deepEqual(parse(wrapped), {
      code: '/IWBEP/CX_MGW_BUSI_EXCEPTION',
      text: 'Material TG90 is not defined',
      severity: 'error',
      details: [
        {code: 'V1/555', text: 'Check the delivery date', severity: 'warning'},
        {code: 'V1/319', text: 'Material TG90 is not defined', severity: 'error'},
      ],
    })
  })

  it('does not repeat the outer message as a detail', () => {
    const detail = {code: 'V1/319', message: 'Not defined', severity: 'error'}
    const error = {code: 'V1/319', message: {lang: 'en', value: 'Not defined'}, innererror: {errordetails: [detail]}}

    assert.deepEqual(parse({error})?.details, [])
  })

  it('reads a V4 payload', () => {
    const error = {
      code: 'V1/319',
      message: 'Material TG90 is not defined',
      '@SAP__common.ExceptionCategory': 'Client_Error',
      innererror: {ErrorDetails: {'@SAP__common.TransactionId': 'A1'}},
      details: [
        {code: 'VP/204', message: 'Customer is unknown', '@SAP__common.numericSeverity': 4},
        {code: 'V1/555', message: 'Check the date', '@SAP__common.numericSeverity': 3},
      ],
    }

    assert.deepEqual(parse({error}), {
      code: 'V1/319',
      text: 'Material TG90 is not defined',
      severity: 'error',
      details: [
        {code: 'VP/204', text: 'Customer is unknown', severity: 'error'},
        {code: 'V1/555', text: 'Check the date', severity: 'warning'},
      ],
    })
  })

  it('reads a payload with the bare minimum', () => {
    assert.deepEqual(parse({error: {code: null, message: 'Oh'}}), {
      code: '',
      text: 'Oh',
      severity: 'error',
      details: [],
    })
  })

  it('reads the XML form', () => {
    const text = `<?xml version="1.0"?><error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
      <code>/IWFND/MED/170</code><message xml:lang="en">No service &quot;API_X&quot; &amp; no namespace</message>
      <innererror><errordetails><errordetail><code>V1/319</code><message>Not defined</message><severity>error</severity>
      </errordetail></errordetails></innererror></error>`

    assert.deepEqual(parseSapError({json: undefined, text}), {
      code: '/IWFND/MED/170',
      text: 'No service "API_X" & no namespace',
      severity: 'error',
      details: [{code: 'V1/319', text: 'Not defined', severity: 'error'}],
    })
  })

  it('takes nothing else for an error of SAP', () => {
    const pages = ['', '<html><h1>Error</h1><code>502</code><message>bad</message></html>', 'Bad Gateway', '<error/>']
    const bodies = [null, [], 'error', {}, {error: 'unauthorized'}, {error: {code: 'x'}}, {message: 'x'}]

    assert.deepEqual(
      pages.filter((text) => parseSapError({json: undefined, text})),
      [],
    )
    assert.deepEqual(bodies.filter(parse), [])
  })
})

describe('errorCodes', () => {
  it('puts a wrapper behind what it wraps and leaves out warnings', () => {
    const error = parseSapError({json: wrapped, text: ''})

    assert.deepEqual(error && errorCodes(error), ['V1/319', '/IWBEP/CX_MGW_BUSI_EXCEPTION'])
  })

  it('keeps a telling outer code in front', () => {
    const detail = {code: 'V1/319', text: 'b', severity: 'error'}

    assert.deepEqual(errorCodes({code: 'SLS_LORD/005', text: 'a', severity: 'error', details: [detail]}), [
      'SLS_LORD/005',
      'V1/319',
    ])
  })

  it('lets no strange code through', () => {
    const codes = ['', 'a b', '<script>', 'x'.repeat(65), 'S&/101']
    const details = codes.map((code) => ({code, text: '', severity: 'error'}))

    assert.deepEqual(errorCodes({code: 'a\nb', text: '', severity: 'error', details}), ['S&/101'])
  })
})
