import assert from 'node:assert/strict'
import {findMessage} from '#lib/erp/message-table.js'
import {classifyReturn, classifyRfcError, type Occurrence, type Phase} from '#lib/erp/rfc/classify.js'
import {ownError, type RfcError} from '#lib/erp/rfc/rfc-error.js'

const columns = [
  ['open', 'explicit'],
  ['read', 'explicit'],
  ['bapi', 'explicit'],
  ['bapi', 'internal'],
  ['bapi', 'none'],
  ['commit', 'explicit'],
] as const satisfies readonly (readonly [Phase, Occurrence['commit']])[]

/** The verdict by phase: open, read, explicit, internal, none, commit. */
function across(error: RfcError, isUnsent = false): readonly string[] {
  return columns.map(([phase, commit]) => {
    const {class: kind, executed, mostAttempts} = classifyRfcError(error, {phase, commit, isUnsent, findMessage})
    assert.equal(executed, kind === 'in_doubt' ? 'unknown' : 'no')
    return mostAttempts === undefined ? kind : `${kind} ${mostAttempts}`
  })
}

function error(code: string, changes: Partial<RfcError> = {}): RfcError {
  return {...ownError('ABORTED', 'text'), code, ...changes}
}

const doubt = 'in_doubt'

describe('classifyRfcError', () => {
  it('doubts what SAP may have booked when the connection breaks, and repeats the rest', () => {
    const codes = [
      'COMMUNICATION_FAILURE',
      'CLOSED',
      'CANCELED',
      'TIMEOUT',
      'INVALID_HANDLE',
      'EXTERNAL_FAILURE',
      'IO_FAILURE',
      'UNKNOWN',
      'RETRY',
      'EXECUTED',
      'ILLEGAL_STATE',
      'PROCESS_ENDED',
      'ABORTED',
      'SOMETHING_NEW',
    ]
    for (const code of codes) {
      assert.deepEqual(across(error(code)), ['transient', 'transient', 'transient', doubt, doubt, doubt], code)
    }
  })

  it('takes a refused logon for one only where nothing was called before', () => {
    assert.deepEqual(across(error('LOGON_FAILURE', {group: 3})), [
      'config',
      'transient',
      'transient',
      doubt,
      doubt,
      doubt,
    ])
  })

  it('takes a want of authorization for a matter of the configuration, unless SAP may have booked', () => {
    for (const refused of [error('AUTHORIZATION_FAILURE'), error('AUTHENTICATION_FAILURE'), error('X', {group: 7})]) {
      assert.deepEqual(across(refused), ['config', 'config', 'config', doubt, doubt, doubt])
    }
  })

  it('asks for less when this side is at its limit', () => {
    for (const code of ['MEMORY_INSUFFICIENT', 'BUSY']) {
      assert.deepEqual(across(error(code)), ['throttled', 'throttled', 'throttled', doubt, doubt, doubt])
    }
  })

  it('never doubts what was not begun', () => {
    assert.deepEqual(across(error('NOT_STARTED')), Array(6).fill('transient'))
  })

  it('tries a dump for want of resources three times, another twice', () => {
    for (const key of ['TIME_OUT', 'SYSTEM_NO_ROLL', 'DBIF_RSQL_SQL_ERROR', 'STORAGE_MEMORY_LOW']) {
      const dump = error('ABAP_RUNTIME_FAILURE', {group: 2, key})
      assert.deepEqual(across(dump), ['transient', 'transient 3', 'transient 3', doubt, doubt, doubt], key)
    }
    const dumps = [
      error('ABAP_RUNTIME_FAILURE', {group: 2, key: 'COMPUTE_INT_ZERODIVIDE'}),
      error('ABAP_MESSAGE', {group: 2, messageType: 'X', messageClass: '00', messageNumber: '341'}),
    ]
    for (const dump of dumps) {
      assert.deepEqual(across(dump), ['transient', 'transient 2', 'transient 2', doubt, doubt, doubt])
    }
  })

  it('goes by class and number of a message, and gives up on one that it does not know', () => {
    const message = {group: 2, messageType: 'E', messageClass: 'V1'}

    assert.deepEqual(across(error('ABAP_MESSAGE', {...message, messageNumber: '042'})).slice(1), [
      ...Array(4).fill('transient'),
      doubt,
    ])
    assert.deepEqual(across(error('ABAP_MESSAGE', {...message, messageNumber: '999'})).slice(1), [
      ...Array(4).fill('permanent'),
      doubt,
    ])
  })

  it('goes by the key of an exception, which leaves no doubt but at a COMMIT', () => {
    const verdicts = {
      FOREIGN_LOCK: 'transient',
      RESOURCE_FAILURE: 'transient',
      SYSTEM_FAILURE: 'transient',
      FU_NOT_FOUND: 'config',
      NOT_AUTHORIZED: 'config',
      DATA_MISSING: 'permanent',
    }
    for (const [key, verdict] of Object.entries(verdicts)) {
      for (const code of ['ABAP_EXCEPTION', 'ABAP_CLASS_EXCEPTION']) {
        assert.deepEqual(across(error(code, {group: 1, key})), [...Array(5).fill(verdict), doubt], key)
      }
    }
  })

  it('gives up on values that cannot be converted, and doubts where it may have been those of the answer', () => {
    const codes = [
      'SERIALIZATION_FAILURE',
      'NOT_FOUND',
      'INVALID_PARAMETER',
      'CODEPAGE_CONVERSION',
      'CONVERSION_FAILURE',
      'BUFFER_TOO_SMALL',
      'ADDON',
    ]
    for (const code of codes) {
      assert.deepEqual(across(error(code)), ['transient', 'permanent', 'permanent', doubt, doubt, doubt], code)
      assert.deepEqual(across(error(code), true).slice(1), Array(5).fill('permanent'), code)
    }
    assert.deepEqual(across(error('TYPE_ERROR')).slice(1), Array(5).fill('permanent'))
  })

  it('tells a failure to connect from the same in a call, unless it is the line’s', () => {
    const codes = ['COMMUNICATION_FAILURE', 'OPEN_TIMEOUT', 'INVALID_PARAMETER', 'ABAP_RUNTIME_FAILURE'].map(
      (code) => classifyRfcError(error(code), {phase: 'open', commit: 'explicit', isUnsent: false, findMessage}).code,
    )

    assert.deepEqual(codes, [
      'rfc:COMMUNICATION_FAILURE',
      'rfc:OPEN_TIMEOUT',
      'rfc:open:INVALID_PARAMETER',
      'rfc:open:ABAP_RUNTIME_FAILURE',
    ])
  })

  it('names a cause by what stays the same: a key, or class and number, and no text', () => {
    const codes = [
      error('COMMUNICATION_FAILURE'),
      error('ABAP_RUNTIME_FAILURE', {key: 'TIME_OUT'}),
      error('ABAP_EXCEPTION', {key: 'NOT_AUTHORIZED'}),
      error('ABAP_MESSAGE', {key: 'Order 4711 is locked', messageClass: 'V1', messageNumber: '043'}),
      error('ABAP_EXCEPTION', {key: 'a text with blanks'}),
    ].map((one) => classifyRfcError(one, {phase: 'bapi', commit: 'explicit', isUnsent: false, findMessage}).code)

    assert.deepEqual(codes, [
      'rfc:COMMUNICATION_FAILURE',
      'rfc:abap:TIME_OUT',
      'rfc:abap:NOT_AUTHORIZED',
      'sap:V1/043',
      'rfc:ABAP_EXCEPTION',
    ])
  })
})

describe('classifyReturn', () => {
  const message = (code: string) => ({type: 'E', code, text: ''})

  it('goes by the first message that the table knows', () => {
    assert.deepEqual(classifyReturn([message('V4/219'), message('V1/042')], {phase: 'bapi', findMessage}), {
      class: 'transient',
      executed: 'no',
      code: 'sap:V1/042',
    })
  })

  it('gives up on messages that nobody knows, but doubts those of a COMMIT', () => {
    const known = {executed: 'no', code: 'sap:ZZ/001'}

    assert.deepEqual(classifyReturn([message('ZZ/001')], {phase: 'bapi', findMessage}), {...known, class: 'permanent'})
    assert.deepEqual(classifyReturn([message('ZZ/001')], {phase: 'commit', findMessage}), {
      class: 'in_doubt',
      executed: 'unknown',
      code: 'sap:ZZ/001',
    })
  })

  it('tries twice what an update refused', () => {
    assert.deepEqual(classifyReturn([message('S&/101')], {phase: 'commit', findMessage}), {
      class: 'transient',
      executed: 'no',
      code: 'sap:S&/101',
      mostAttempts: 2,
    })
  })
})
