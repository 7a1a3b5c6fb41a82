import assert from 'node:assert/strict'
import type {RfcOperation} from '#lib/config/rfc-kind.js'
import {chosenReference, readBody, withReference} from '#lib/erp/rfc/body.js'

const operation: RfcOperation = {
  kind: 'rfc',
  steps: [{function: 'F', parameters: 'f.jsonata'}],
  commit: 'explicit',
  method: 'create',
  reference: 'HEAD.REF',
  probe: {kind: 'table', settle: 0, table: 'T', field: 'F', result: 'R'},
  messages: [],
}

describe('withReference', () => {
  it('puts our reference where the mapping left it out, structures and all', () => {
    const bodies = [{steps: [{HEAD: {TYPE: 'TA'}}, {B: 1}]}, {steps: [{}]}, {steps: [{HEAD: {REF: ''}}]}].map((body) =>
      withReference(operation, readBody(body), 'A-1'),
    )

    assert.deepEqual(
      bodies.map(({steps}) => steps),
      [[{HEAD: {TYPE: 'TA', REF: 'A-1'}}, {B: 1}], [{HEAD: {REF: 'A-1'}}], [{HEAD: {REF: 'A-1'}}]],
    )
  })

  it('leaves the reference that the mapping chose, and an operation that changes', () => {
    const chosen = readBody({steps: [{HEAD: {REF: 'own'}}]})
    const plain = readBody({steps: [{}]})

    assert.deepEqual(withReference(operation, chosen, 'A-1'), chosen)
    assert.deepEqual(withReference({...operation, method: 'change'}, plain, 'A-1'), plain)
  })
})

describe('chosenReference', () => {
  it('is the text at the path, and null where there is none', () => {
    const references = [{HEAD: {REF: 'own'}}, {HEAD: {}}, {HEAD: []}, {}, {HEAD: {REF: 5}}].map((parameters) =>
      chosenReference(operation, readBody({steps: [parameters]})),
    )

    assert.deepEqual(references, ['own', null, null, null, null])
  })
})
