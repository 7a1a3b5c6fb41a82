import type {RfcDestination} from '#lib/config/rfc-kind.js'
import {mayRead, mayWrite, namesAllowed} from '#lib/erp/rfc/by-hand/permission.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {didYouMean} from '#lib/kernel/suggest.js'

/**
 * Makes sure that the function may be called by hand.
 *
 * @throws ErpSyncError 4 with what to write into the configuration.
 */
export function requireAllowed(
  {destination, function: name}: {readonly destination: string; readonly function: string},
  byHand: RfcDestination['byHand'],
  commits: boolean,
): void {
  if (commits ? mayWrite(name, byHand) : mayRead(name, byHand)) return
  const list = `destinations.${destination}.byHand.${commits ? 'write' : 'read'}`
  const purpose = commits ? 'be called with --commit' : 'be called to read only'
  throw new ErpSyncError(`${name} may not ${purpose}.${didYouMean(name, namesAllowed(byHand))}`, {
    code: 'function_not_allowed',
    exitCode: exitCodes.stoppedByGuard,
    hint:
      !commits && mayWrite(name, byHand)
        ? 'It is among those that book: add --commit and --reason.'
        : `To allow it, add it to ${list} in the configuration.`,
  })
}
