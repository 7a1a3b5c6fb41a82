import {DateTime} from 'luxon'
import type {CsvColumn, CsvInput} from '#lib/config/csv-input.js'

export type CsvValue = {readonly value: unknown} | {readonly problem: string}

/** What the text of a cell is in the document. Empty cells have no value, and do not get here. */
export function readCell(text: string, column: CsvColumn, decimal: CsvInput['decimal']): CsvValue {
  switch (column.type) {
    case 'text':
      return {value: text}
    case 'integer': {
      const number = plainNumber(text, decimal)
      if (number === undefined || !/^-?\d+$/.test(number)) return {problem: 'is no whole number'}
      return Number.isSafeInteger(Number(number)) ? {value: Number(number)} : {problem: 'is too large a number'}
    }
    case 'number': {
      const number = plainNumber(text, decimal)
      return number === undefined ? {problem: noNumber(decimal)} : {value: Number(number)}
    }
    case 'decimal': {
      const number = plainNumber(text, decimal)
      return number === undefined ? {problem: noNumber(decimal)} : {value: number}
    }
    case 'boolean':
      if (column.true.includes(text)) return {value: true}
      return column.false.includes(text)
        ? {value: false}
        : {problem: `is none of ${[...column.true, ...column.false].join(', ')}`}
    case 'date': {
      const date = DateTime.fromFormat(text, column.format, {zone: 'utc', locale: 'en'})
      return date.isValid ? {value: date.toISODate()} : {problem: `is no date written ${column.format}`}
    }
    case 'time': {
      const time = DateTime.fromFormat(text, column.format, {zone: column.zone, locale: 'en'})
      return time.isValid
        ? {value: time.toISO({suppressMilliseconds: true})}
        : {problem: `is no time written ${column.format}`}
    }
  }
}

/** A number as JSON writes it, whatever marks its decimals and parts its thousands. */
function plainNumber(text: string, decimal: CsvInput['decimal']): string | undefined {
  const match = (decimal === ',' ? commaNumber : pointNumber).exec(text.trim())
  if (match === null) return undefined
  const [, sign = '', whole = '', , fraction] = match
  const digits = whole.replaceAll(/\D/g, '').replace(/^0+(?=\d)/, '')
  return `${sign}${digits}${fraction === undefined ? '' : `.${fraction}`}`
}

function noNumber(decimal: CsvInput['decimal']): string {
  return `is no number with "${decimal}" for its decimals`
}

/** Digits, or groups of three parted by one of the marks in use: point or comma, space (of any kind), apostrophe. */
const commaNumber = /^(-?)(\d+|\d{1,3}(?:([.\u0020\u00A0\u202F'’])\d{3})(?:\3\d{3})*)(?:,(\d+))?$/
const pointNumber = /^(-?)(\d+|\d{1,3}(?:([,\u0020\u00A0\u202F'’])\d{3})(?:\3\d{3})*)(?:\.(\d+))?$/
