import {char, type Field, numc, plain, type RfcStructure, type StructureType} from '#lib/sandbox/erp/rfc/field-type.js'
import {type FunctionModule, importing, type Parameter, tables} from '#lib/sandbox/erp/rfc/function-module.js'
import {textIn} from '#lib/sandbox/erp/rfc/read-values.js'
import {exception, exceptionWithMessage} from '#lib/sandbox/erp/rfc/rfc-error.js'
import {exceptionsOf, textOf} from './dictionary-texts.js'

const rfcFunint: StructureType = {
  name: 'RFC_FUNINT',
  fields: [
    char('PARAMCLASS', 1),
    char('PARAMETER', 30),
    char('TABNAME', 30),
    char('FIELDNAME', 30),
    char('EXID', 1),
    plain('POSITION', 'INT'),
    plain('OFFSET', 'INT'),
    plain('INTLENGTH', 'INT'),
    plain('DECIMALS', 'INT'),
    char('DEFAULT', 21),
    char('PARAMTEXT', 79),
    char('OPTIONAL', 1),
  ],
}

const dfies: StructureType = {
  name: 'DFIES',
  fields: [
    char('TABNAME', 30),
    char('FIELDNAME', 30),
    numc('POSITION', 4),
    char('ROLLNAME', 30),
    numc('LENG', 6),
    numc('INTLEN', 6),
    numc('DECIMALS', 6),
    char('INTTYPE', 1),
    char('FIELDTEXT', 60),
  ],
}

/** SAP's functions that tell what the others take and give; they know the ones that are given here. */
export function dataDictionary(modules: () => ReadonlyMap<string, FunctionModule>): readonly FunctionModule[] {
  return [
    {
      name: 'RFC_GET_FUNCTION_INTERFACE',
      parameters: [
        importing(char('FUNCNAME', 30), {isRequired: true}),
        importing(char('LANGUAGE', 1)),
        importing(char('NONE_UNICODE_LENGTH', 1)),
        tables('PARAMS', rfcFunint),
      ],
      run: ({given}) => {
        const name = textIn(given, 'FUNCNAME')
        const described = modules().get(name)
        if (described === undefined) {
          throw exceptionWithMessage('FU_NOT_FOUND', {class: 'FL', type: 'E', number: '046', variables: [name]})
        }
        const parameters = described.parameters.map((parameter, index) => interfaceRow(parameter, index + 1))
        const exceptions = exceptionsOf(name).map((each) => ({
          PARAMCLASS: 'X',
          PARAMETER: each,
          PARAMTEXT: textOf(each),
        }))
        return {PARAMS: [...parameters, ...exceptions]}
      },
    },
    {
      name: 'DDIF_FIELDINFO_GET',
      parameters: [
        importing(char('TABNAME', 30), {isRequired: true}),
        importing(char('ALL_TYPES', 1)),
        tables('DFIES_TAB', dfies),
      ],
      run: ({given}) => {
        const name = textIn(given, 'TABNAME')
        const found = [...modules().values()]
          .flatMap(({parameters}) => parameters.flatMap(structuresIn))
          .find((structure) => structure.name === name)
        if (found === undefined) throw exception('NOT_FOUND')
        return {DFIES_TAB: found.fields.map((field, index) => fieldRow(name, field, index + 1))}
      },
    },
  ]
}

function interfaceRow(parameter: Parameter, position: number): RfcStructure {
  const {direction, name, isOptional} = parameter
  return {
    PARAMCLASS: direction.slice(0, 1),
    PARAMETER: name,
    TABNAME: 'line' in parameter ? parameter.line.name : '',
    EXID: exidOf(parameter),
    POSITION: position,
    INTLENGTH: bytesOf(parameter),
    DECIMALS: decimalsOf(parameter),
    DEFAULT: parameter.default === undefined ? '' : `'${parameter.default}'`,
    PARAMTEXT: textOf(name),
    OPTIONAL: isOptional ? 'X' : '',
  }
}

function fieldRow(structure: string, field: Field, position: number): RfcStructure {
  const digits = field.type === 'BCD' ? field.length * 2 - 1 : bytesOf(field)
  return {
    TABNAME: structure,
    FIELDNAME: field.name,
    POSITION: String(position).padStart(4, '0'),
    ROLLNAME: 'line' in field ? field.line.name : '',
    LENG: sixDigits(digits),
    INTLEN: sixDigits(bytesOf(field)),
    DECIMALS: sixDigits(decimalsOf(field)),
    INTTYPE: exidOf(field),
    FIELDTEXT: textOf(field.name),
  }
}

function structuresIn(field: Field): readonly StructureType[] {
  return 'line' in field ? [field.line, ...field.line.fields.flatMap(structuresIn)] : []
}

/** Of a system that is not Unicode, as `NONE_UNICODE_LENGTH` asks for: a character is a byte. */
function bytesOf(field: Field): number {
  switch (field.type) {
    case 'CHAR':
    case 'NUM':
    case 'BYTE':
    case 'BCD':
      return field.length
    case 'DATE':
    case 'FLOAT':
    case 'INT8':
    case 'DECF16':
    case 'UTCLONG':
      return 8
    case 'TIME':
      return 6
    case 'INT':
      return 4
    case 'INT2':
      return 2
    case 'INT1':
      return 1
    case 'DECF34':
      return 16
    case 'STRING':
    case 'XSTRING':
    case 'STRUCTURE':
    case 'TABLE':
      return 0
  }
}

function sixDigits(number: number): string {
  return String(number).padStart(6, '0')
}

function decimalsOf(field: Field): number {
  return field.type === 'BCD' ? field.decimals : 0
}

/** The letter by which ABAP knows a type. */
function exidOf({type}: Field): string {
  return letters[type]
}

const letters: Readonly<Record<Field['type'], string>> = {
  CHAR: 'C',
  NUM: 'N',
  DATE: 'D',
  TIME: 'T',
  BCD: 'P',
  INT: 'I',
  INT1: 'b',
  INT2: 's',
  INT8: '8',
  FLOAT: 'F',
  BYTE: 'X',
  STRING: 'g',
  XSTRING: 'y',
  DECF16: 'a',
  DECF34: 'e',
  UTCLONG: 'p',
  STRUCTURE: 'u',
  TABLE: 'h',
}
