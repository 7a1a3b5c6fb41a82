import assert from 'node:assert/strict'
import {toRfcError} from '#lib/erp/rfc/rfc-error.js'

const none = {group: 0, key: '', messageClass: '', messageType: '', messageNumber: '', parameter: null}

describe('toRfcError', () => {
  it('reads what SAP’s library says, which comes as a plain object', () => {
    const thrown = {
      name: 'ABAPError',
      group: 2,
      code: 4,
      codeString: 'RFC_ABAP_MESSAGE',
      key: 'Function not supported',
      message: 'Function not supported',
      abapMsgClass: 'SR',
      abapMsgType: 'E',
      abapMsgNumber: '006',
      abapMsgV1: 'Method = 0',
    }

    assert.deepEqual(toRfcError(thrown), {
      code: 'ABAP_MESSAGE',
      group: 2,
      key: 'Function not supported',
      message: 'Function not supported',
      messageClass: 'SR',
      messageType: 'E',
      messageNumber: '006',
      parameter: null,
    })
  })

  it('reads what the addon says, and the parameter it names', () => {
    const thrown = {name: 'nodeRfcError', message: 'Array expected', rfmPath: {rfm: 'F', parameter: 'IT_ITEMS'}}

    assert.deepEqual(toRfcError(thrown), {...none, code: 'ADDON', message: 'Array expected', parameter: 'IT_ITEMS'})
  })

  it('reads refused arguments, and takes anything else as it comes', () => {
    assert.deepEqual(toRfcError(new TypeError('not so')), {...none, code: 'TYPE_ERROR', message: 'not so'})
    assert.deepEqual(toRfcError('oh'), {...none, code: 'ADDON', message: 'oh'})
  })
})
