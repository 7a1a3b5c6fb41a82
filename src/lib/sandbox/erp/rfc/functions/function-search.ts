import {matchesWildcard} from '#lib/kernel/wildcard.js'
import {char, type StructureType} from '#lib/sandbox/erp/rfc/field-type.js'
import {type FunctionModule, importing, tables} from '#lib/sandbox/erp/rfc/function-module.js'
import {textIn} from '#lib/sandbox/erp/rfc/read-values.js'
import {exception} from '#lib/sandbox/erp/rfc/rfc-error.js'

const rfcFunc: StructureType = {
  name: 'RFCFUNC',
  fields: [char('FUNCNAME', 30), char('GROUPNAME', 26), char('APPL', 1), char('HOST', 8), char('STEXT', 74)],
}

/** SAP's function that lists the others by a pattern in which `*` stands for any characters. */
export function functionSearch(modules: () => ReadonlyMap<string, FunctionModule>): FunctionModule {
  return {
    name: 'RFC_FUNCTION_SEARCH',
    parameters: [
      importing(char('FUNCNAME', 30), {isRequired: true}),
      importing(char('GROUPNAME', 26)),
      importing(char('LANGUAGE', 1)),
      tables('FUNCTIONS', rfcFunc),
    ],
    run: ({given}) => {
      const wanted = textIn(given, 'FUNCNAME').toUpperCase()
      const names = [...modules().keys()].filter((name) => matchesWildcard(name, wanted)).toSorted()
      if (names.length === 0) throw exception('NO_FUNCTION_FOUND')
      return {FUNCTIONS: names.map((FUNCNAME) => ({FUNCNAME}))}
    },
  }
}
