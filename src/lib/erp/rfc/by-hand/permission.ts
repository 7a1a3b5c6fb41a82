import type {RfcDestination} from '#lib/config/rfc-kind.js'
import {matchesWildcard} from '#lib/kernel/wildcard.js'

/** The functions that may be called by hand in a destination. */
type ByHand = RfcDestination['byHand']

/** Whether the function is known to read only, or the configuration says so. */
export function mayRead(name: string, byHand: ByHand): boolean {
  return isAmong(name, [...knownReads, ...(byHand?.read ?? [])])
}

/** Whether the configuration has it among those that may be called with a COMMIT after it. No function is by itself. */
export function mayWrite(name: string, byHand: ByHand): boolean {
  return isAmong(name, byHand?.write ?? [])
}

/** The functions that are allowed by their whole name, to find one that was probably meant. */
export function namesAllowed(byHand: ByHand): readonly string[] {
  return [...knownReads, ...(byHand?.read ?? []), ...(byHand?.write ?? [])].filter((name) => !name.includes('*'))
}

function isAmong(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matchesWildcard(name, pattern.toUpperCase()))
}

/** SAP's own functions that change nothing, by their published meaning; a BAPI's name says what it does. */
export const knownReads: readonly string[] = [
  'RFC_PING',
  'RFC_SYSTEM_INFO',
  'STFC_CONNECTION',
  'STFC_STRUCTURE',
  'RFC_READ_TABLE',
  'RFC_GET_FUNCTION_INTERFACE',
  'RFC_FUNCTION_SEARCH',
  'DDIF_FIELDINFO_GET',
  'BAPI_*_GETDETAIL*',
  'BAPI_*_GETLIST*',
  'BAPI_*_GETSTATUS*',
  'BAPI_*_EXISTENCECHECK*',
]
