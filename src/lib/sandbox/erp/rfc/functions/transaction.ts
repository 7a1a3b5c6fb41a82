import {char, structure} from '#lib/sandbox/erp/rfc/field-type.js'
import {exporting, type FunctionModule, importing} from '#lib/sandbox/erp/rfc/function-module.js'
import {bapiret2, toBapiret2} from './return-messages.js'

const returning = exporting(structure('RETURN', bapiret2))

/** The end of a unit of work, for good or ill. */
export const transaction: readonly FunctionModule[] = [
  {
    name: 'BAPI_TRANSACTION_COMMIT',
    parameters: [importing(char('WAIT', 1)), returning],
    does: ['commit'],
    run: ({work}) => {
      work.commit()
      return {}
    },
    // An update that fails takes with it all that was registered for it.
    refuse: (message, work) => {
      work.rollback()
      return {RETURN: toBapiret2(message)}
    },
  },
  {
    name: 'BAPI_TRANSACTION_ROLLBACK',
    parameters: [returning],
    run: ({work}) => {
      work.rollback()
      return {}
    },
  },
]
