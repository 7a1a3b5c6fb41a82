import assert from 'node:assert/strict'
import {type IdocStatus, judgeStatus} from '#lib/erp/idoc/status.js'

function idoc(status: string, changes: Partial<IdocStatus> = {}): IdocStatus {
  return {number: '42', status, text: '', message: undefined, document: undefined, ...changes}
}

function verdict(...found: readonly IdocStatus[]): string {
  const outcome = judgeStatus(found)
  return 'failure' in outcome
    ? `${outcome.kind} ${outcome.failure.class} ${outcome.failure.executed} ${outcome.failure.code}`
    : outcome.kind
}

describe('judgeStatus', () => {
  it('finds what is posted, under the number of the document or else of the IDoc', () => {
    assert.deepEqual(
      [judgeStatus([idoc('53')]), judgeStatus([idoc('53', {document: '4711'})])],
      [
        {kind: 'found', documentNumber: '42'},
        {kind: 'found', documentNumber: '4711'},
      ],
    )
  })

  it('finds nothing where there is nothing', () => {
    assert.equal(verdict(), 'absent')
  })

  for (const status of ['50', '55', '61', '62', '64', '66', '69', '71', '75']) {
    it(`waits while the status is ${status}`, () => {
      assert.equal(verdict(idoc(status)), `pending in_doubt unknown idoc:${status}`)
    })
  }

  for (const status of ['51', '52', '54', '56', '57', '60', '63', '65', '68', '73', '74', '99']) {
    it(`gives up at status ${status}`, () => {
      assert.equal(verdict(idoc(status)), `refused permanent unknown idoc:${status}`)
    })
  }

  it('tells SAP’s message by its code and its text', () => {
    const outcome = judgeStatus([idoc('51', {text: 'Customer X does not exist.', message: 'VP/204'})])

    assert.ok(outcome.kind === 'refused')
    assert.equal(outcome.failure.code, 'sap:VP/204')
    assert.equal(outcome.failure.text, 'IDoc 42 has status 51: Customer X does not exist.')
  })

  it('knows SAP’s words for a status that comes without a text', () => {
    const outcome = judgeStatus([idoc('65')])

    assert.ok(outcome.kind === 'refused')
    assert.equal(outcome.failure.text, 'IDoc 42 has status 65: error in ALE service')
  })

  it('passes over the original of an IDoc that was edited in SAP', () => {
    assert.equal(verdict(idoc('70', {number: '43'}), idoc('53')), 'found')
  })

  it('leaves several IDocs with one message id to a person', () => {
    const outcome = judgeStatus([idoc('53'), idoc('51', {number: '43'})])

    assert.deepEqual(outcome, {kind: 'several', documentNumbers: ['42', '43']})
  })
})
