import type {RfcStructure} from '#lib/sandbox/erp/rfc/field-type.js'
import {textIn} from '#lib/sandbox/erp/rfc/read-values.js'

/** The fields of a structure whose flag is set. */
export function flagged(values: RfcStructure, flags: RfcStructure): RfcStructure {
  return Object.fromEntries(Object.entries(values).filter(([name]) => textIn(flags, name) === 'X'))
}

/** A structure cut down to what its flags mean; without flags all of it is meant. */
export function meant(
  values: RfcStructure,
  flags: RfcStructure | undefined,
  keys: readonly string[] = [],
): RfcStructure {
  if (flags === undefined || textIn(flags, 'UPDATEFLAG') === '') return values
  const key = Object.fromEntries(Object.entries(values).filter(([name]) => keys.includes(name)))
  return {...flagged(values, flags), ...key}
}
