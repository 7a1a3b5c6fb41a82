import assert from 'node:assert/strict'
import {signOf} from '#lib/delivery/sign.js'
import type {Failure} from '#lib/kernel/failure.js'

function signOfFailure(changes: Partial<Failure>) {
  const failure: Failure = {class: 'transient', executed: 'no', code: 'http:503', text: '', stage: 'call', ...changes}
  return signOf({kind: 'failed', failure})
}

const alive = {kind: 'alive', isThrottled: false}

describe('signOf', () => {
  it('takes every answer of SAP for a sign of life, refusals too', () => {
    const signs = [
      signOf({kind: 'done', documentNumber: '1'}),
      signOf({kind: 'absent'}),
      signOfFailure({code: 'sap:V1/042'}),
      signOfFailure({class: 'in_doubt', code: 'sap:SY/530'}),
      signOfFailure({class: 'permanent', code: 'http:400'}),
      signOfFailure({class: 'conflict', code: 'http:412'}),
    ]

    assert.deepEqual(
      signs,
      signs.map(() => alive),
    )
  })

  it('takes refused credentials for a matter of the destination, a refused service for one of its flow', () => {
    const ofDestination = ['http:401', 'rfc:LOGON_FAILURE', 'rfc:AUTHENTICATION_FAILURE']
    const ofFlow = ['http:403', 'http:404', 'sap:AA/072', 'rfc:AUTHORIZATION_FAILURE', 'rfc:abap:FU_NOT_FOUND']
    const codes = [...ofDestination, ...ofFlow]

    assert.deepEqual(
      codes.map((code) => signOfFailure({class: 'config', code, text: 'no'})),
      codes.map((code, index) => ({
        kind: 'refused',
        scope: index < ofDestination.length ? 'destination' : 'flow',
        reason: `SAP refuses every call: ${code} no`,
      })),
    )
  })

  it('sees that SAP is away by a broken line or a server that answers in its place', () => {
    const byHttp = ['net:ECONNREFUSED', 'net:TIMEOUT', 'http:500', 'http:502', 'http:503']
    const byRfc = ['COMMUNICATION_FAILURE', 'CANCELED', 'OPEN_TIMEOUT', 'LOGON_FAILURE', 'open:INVALID_PARAMETER'].map(
      (code) => `rfc:${code}`,
    )
    const codes = [...byHttp, ...byRfc]

    assert.deepEqual(
      codes.map((code) => signOfFailure({class: code === 'http:503' ? 'transient' : 'in_doubt', code})),
      codes.map((code) => ({kind: 'away', code, retryAfterMs: 0})),
    )
  })

  it('keeps the time SAP asked for', () => {
    assert.deepEqual(signOfFailure({retryAfterMs: 7000}), {kind: 'away', code: 'http:503', retryAfterMs: 7000})
  })

  it('notes that SAP asked for less', () => {
    assert.deepEqual(signOfFailure({class: 'throttled', code: 'http:429'}), {kind: 'alive', isThrottled: true})
  })

  it('learns nothing from a call that the worker itself has cut short', () => {
    for (const code of ['net:ABORTED', 'rfc:ABORTED', 'rfc:NOT_STARTED']) {
      assert.deepEqual(signOfFailure({class: 'in_doubt', code}), {kind: 'nothing'})
    }
  })

  it('learns nothing of SAP from a document that was not sent, or a process of ours that is gone', () => {
    const signs = [
      signOfFailure({class: 'permanent', code: 'rfc:too_long', stage: 'map'}),
      signOfFailure({class: 'in_doubt', code: 'rfc:PROCESS_ENDED'}),
      signOfFailure({class: 'transient', code: 'rfc:SDK_MISSING'}),
    ]

    assert.deepEqual(signs, Array(3).fill({kind: 'nothing'}))
  })
})
