import assert from 'node:assert/strict'
import {addonCases} from '../../support/addon-cases.js'
import {cases} from './cases/errors.js'

describe('node-rfc: errors', () => {
  const {start, seen} = addonCases(new URL('./cases/errors.js', import.meta.url), cases, {
    sessionsLeftOpen: {mostRfcSessions: 3},
  })

  before(async function () {
    await start(this)
  })

  it('keeps the session after an ABAP exception, and after it alone', async () => {
    const reconnects = {
      unknownFunction: (await seen('unknownFunction')).hasReconnected,
      exception: (await seen('exception')).hasReconnected,
      bareException: (await seen('bareException')).hasReconnected,
      message: (await seen('message')).hasReconnected,
      termination: (await seen('termination')).hasReconnected,
      dump: (await seen('dump')).hasReconnected,
      brokenLine: (await seen('brokenLine')).hasReconnected,
      misfit: (await seen('misfit')).hasReconnected,
    }

    assert.deepEqual(reconnects, {
      unknownFunction: false,
      exception: false,
      bareException: false,
      message: true,
      termination: true,
      dump: true,
      brokenLine: true,
      misfit: true,
    })
  })

  it('is usable again after each of them', async () => {
    const names = ['unknownFunction', 'exception', 'message', 'termination', 'dump', 'brokenLine', 'misfit'] as const

    const usable = await Promise.all(names.map(async (name) => (await seen(name)).isUsable))

    assert.deepEqual(
      usable,
      names.map(() => true),
    )
  })

  it('tells an unknown function by its key', async () => {
    const {error} = await seen('unknownFunction')

    assert.deepEqual(error, {
      ...abapException,
      key: 'FU_NOT_FOUND',
      message: 'ID:FL Type:E Number:046 Z_NOT_THERE',
      ...abapMessage('FL', 'E', '046', 'Z_NOT_THERE'),
    })
  })

  it('gives an exception with its message, or without one', async () => {
    const withMessage = (await seen('exception')).error
    const withoutMessage = (await seen('bareException')).error

    assert.deepEqual(withMessage, {
      ...abapException,
      key: 'RAISE_EXCEPTION',
      message: 'ID:SR Type:E Number:006 Method = 1',
      ...abapMessage('SR', 'E', '006', 'Method = 1'),
    })
    assert.deepEqual(withoutMessage, {
      ...abapException,
      key: 'RAISE_EXCEPTION',
      message: ' Number:000',
      ...abapMessage('', '', '000'),
    })
  })

  it('gives a message that nobody catches its text for a key', async () => {
    const {error} = await seen('message')

    assert.deepEqual(error, {
      ...uncaughtMessage,
      key: 'Function not supported',
      message: 'Function not supported',
      ...abapMessage('SR', 'E', '006', 'Method = 0'),
    })
  })

  it('tells a message of type X by its key', async () => {
    const {error} = await seen('termination')

    assert.deepEqual(error, {
      ...uncaughtMessage,
      key: 'MESSAGE_TYPE_X',
      message: 'The current application has triggered a termination with a short dump.',
      ...abapMessage('00', 'X', '341', 'MESSAGE_TYPE_X'),
    })
  })

  it('tells a dump by its key', async () => {
    const {error} = await seen('dump')

    assert.deepEqual(error, {
      name: 'ABAPError',
      group: 2,
      code: 3,
      codeString: 'RFC_ABAP_RUNTIME_FAILURE',
      key: 'COMPUTE_INT_ZERODIVIDE',
      message: 'Division by 0 (type I or INT8)',
      ...abapMessage('', '', ''),
    })
  })

  it('gives group 4 for a line that breaks in the middle of a call', async () => {
    const {error} = await seen('brokenLine')

    assert.deepEqual([error.name, error.group, error.code], ['RfcLibError', 4, 1])
  })

  it('gives group 5 for an answer that it cannot read, though the function has run', async () => {
    const {error} = await seen('misfit')

    assert.deepEqual(error, {
      name: 'RfcLibError',
      group: 5,
      code: 12,
      codeString: 'RFC_SERIALIZATION_FAILURE',
      key: 'RFC_SERIALIZATION_FAILURE',
      message: 'rfcsim: reply value for X (CHAR): longer than the field',
    })
  })

  it('seems alive after a break during the look-up of a function, and is not, until a ping has failed', async () => {
    const broken = await seen('brokenWhileDescribed')

    assert.deepEqual(broken, {
      codes: [1, 13],
      alive: true,
      hasReconnected: false,
      ofPing: 13,
      ECHOTEXT: 'behind the ping',
    })
  })

  it('leaves a session open behind each answer that it cannot read, and hides that answer when there is none left', async () => {
    const left = await seen('sessionsLeftOpen')

    assert.deepEqual(left, {codes: [12, 12, 1], alive: false})
  })
})

const abapException = {name: 'ABAPError', group: 1, code: 5, codeString: 'RFC_ABAP_EXCEPTION'}
const uncaughtMessage = {name: 'ABAPError', group: 2, code: 4, codeString: 'RFC_ABAP_MESSAGE'}

function abapMessage(name: string, type: string, number: string, v1 = ''): object {
  return {
    abapMsgClass: name,
    abapMsgType: type,
    abapMsgNumber: number,
    abapMsgV1: v1,
    abapMsgV2: '',
    abapMsgV3: '',
    abapMsgV4: '',
  }
}
