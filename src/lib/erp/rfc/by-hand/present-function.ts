import {renderTable} from '#lib/output/table.js'
import type {DescribedField, DescribedFunction, DescribedParameter} from './described-function.js'

/** One line a parameter, those of its fields under it, and the exceptions below. */
export function presentFunction({function: name, parameters, exceptions}: DescribedFunction): string {
  const rows = parameters.flatMap((parameter) => [parameterRow(parameter), ...fieldRows(parameter.fields, 1)])
  const takes = rows.length === 0 ? `${name} has no parameters.` : renderTable(columns, rows)
  if (exceptions.length === 0) return takes
  return `${takes}\n\n${renderTable(
    ['exception', 'text'],
    exceptions.map(({name: exception, text}) => [exception, text]),
  )}`
}

function parameterRow(parameter: DescribedParameter): readonly string[] {
  const {direction, optional, default: value} = parameter
  const isGiven = direction === 'export' ? '' : optional ? 'optional' : 'required'
  return [parameter.name, direction, ...typeCells(parameter), isGiven, value ?? '', parameter.text]
}

function fieldRows(fields: readonly DescribedField[] | null, depth: number): readonly (readonly string[])[] {
  return (fields ?? []).flatMap((field) => [
    [`${'  '.repeat(depth)}${field.name === '' ? '(line)' : field.name}`, '', ...typeCells(field), '', '', field.text],
    ...fieldRows(field.fields, depth + 1),
  ])
}

function typeCells({type, structure, length, decimals}: DescribedField): readonly string[] {
  return [structure === null ? type : `${type} ${structure}`, numberCell(length), numberCell(decimals)]
}

function numberCell(value: number | null): string {
  return value === null ? '' : String(value)
}

const columns = [
  'parameter',
  'direction',
  'type',
  {title: 'length', align: 'right'},
  {title: 'decimals', align: 'right'},
  '',
  'default',
  'text',
] as const
