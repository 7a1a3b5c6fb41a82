import {char} from '#lib/sandbox/erp/rfc/field-type.js'
import {type FunctionModule, importing} from '#lib/sandbox/erp/rfc/function-module.js'
import {textIn} from '#lib/sandbox/erp/rfc/read-values.js'
import {abapMessage, dump, exception, exceptionWithMessage, type RfcError} from '#lib/sandbox/erp/rfc/rfc-error.js'

/** SAP's own function to see how each kind of error arrives. */
export const raiseError: FunctionModule = {
  name: 'RFC_RAISE_ERROR',
  parameters: [importing(char('METHOD', 2), {default: '0'}), importing(char('MESSAGETYPE', 1))],
  run: ({given}) => {
    throw errorOf(textIn(given, 'METHOD'), textIn(given, 'MESSAGETYPE'))
  },
}

function errorOf(method: string, type: string): RfcError {
  if (type === 'X') return messageTypeX()
  switch (method) {
    case '1':
      return exceptionWithMessage('RAISE_EXCEPTION', {...sr006, type: 'E', variables: ['Method = 1']})
    case '2':
      return exception('RAISE_EXCEPTION')
    case '3':
      return dump('COMPUTE_INT_ZERODIVIDE', zeroDivide)
    case '5':
      return dump('SYNTAX_ERROR', 'Syntax error in program RSXERROR                                .')
    case '36':
      return abapMessage(zeroDivide, {class: 'SR', type: 'E', number: '000', variables: [zeroDivide]})
    case '51':
      return dump('BLOCKED_COMMIT', 'A database commit was blocked by the application.')
    default:
      return abapMessage('Function not supported', {
        ...sr006,
        type: type === '' ? 'E' : type,
        variables: [`Method = ${method}`],
      })
  }
}

function messageTypeX(): RfcError {
  return abapMessage(
    'The current application has triggered a termination with a short dump.',
    {class: '00', type: 'X', number: '341', variables: ['MESSAGE_TYPE_X']},
    'MESSAGE_TYPE_X',
  )
}

const sr006 = {class: 'SR', number: '006'}
const zeroDivide = 'Division by 0 (type I or INT8)'
