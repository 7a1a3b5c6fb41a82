import {char, numc, plain, type RfcStructure, type StructureType} from '#lib/sandbox/erp/rfc/field-type.js'
import {logicalSystem} from '#lib/sandbox/erp/rfc/logon.js'
import type {ReturnMessage} from '#lib/sandbox/erp/rfc/return-message.js'

const variables = [1, 2, 3, 4].map((number) => char(`MESSAGE_V${number}`, 50))
const log = [char('LOG_NO', 20), numc('LOG_MSG_NO', 6)]

export const bapiret1: StructureType = {
  name: 'BAPIRET1',
  fields: [
    char('TYPE', 1),
    char('ID', 20),
    numc('NUMBER', 3),
    char('MESSAGE', 220),
    ...log,
    ...variables,
    char('SYSTEM', 10),
  ],
}

export const bapiret2: StructureType = {
  name: 'BAPIRET2',
  fields: [
    char('TYPE', 1),
    char('ID', 20),
    numc('NUMBER', 3),
    char('MESSAGE', 220),
    ...log,
    ...variables,
    char('PARAMETER', 32),
    plain('ROW', 'INT'),
    char('FIELD', 30),
    char('SYSTEM', 10),
  ],
}

/** The oldest one: class and number in one field. */
export const bapireturn: StructureType = {
  name: 'BAPIRETURN',
  fields: [char('TYPE', 1), char('CODE', 5), char('MESSAGE', 220), ...log, ...variables],
}

export const bapireturn1: StructureType = {
  name: 'BAPIRETURN1',
  fields: [char('TYPE', 1), char('ID', 20), numc('NUMBER', 3), char('MESSAGE', 220), ...log, ...variables],
}

export function toBapiret1(message: ReturnMessage): RfcStructure {
  return {...toBapireturn1(message), SYSTEM: logicalSystem}
}

export function toBapiret2(message: ReturnMessage): RfcStructure {
  const {parameter = '', row = 0, field = ''} = message
  return {...toBapiret1(message), PARAMETER: parameter, ROW: row, FIELD: field}
}

export function toBapireturn(message: ReturnMessage): RfcStructure {
  const [id, number] = codeOf(message)
  return {TYPE: message.type, CODE: `${id}${number}`, MESSAGE: message.text, ...variablesOf(message)}
}

export function toBapireturn1(message: ReturnMessage): RfcStructure {
  const [id, number] = codeOf(message)
  return {TYPE: message.type, ID: id, NUMBER: number, MESSAGE: message.text, ...variablesOf(message)}
}

/** A message class may hold a slash itself. */
function codeOf({code}: ReturnMessage): readonly [string, string] {
  const slash = code.lastIndexOf('/')
  return [code.slice(0, slash), code.slice(slash + 1)]
}

function variablesOf({variables: values = []}: ReturnMessage): RfcStructure {
  return Object.fromEntries(values.map((value, index) => [`MESSAGE_V${index + 1}`, value.slice(0, 50)]))
}
