import {type Config, findDestination, requireSecrets} from '#lib/config/load.js'
import type {RfcDestination} from '#lib/config/rfc-kind.js'
import {namesAllowed} from '#lib/erp/rfc/by-hand/permission.js'
import {openRfcLine, type RfcLine} from '#lib/erp/rfc/by-hand/line.js'
import type {FunctionDescription} from '#lib/erp/rfc/describe-function.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {didYouMean} from '#lib/kernel/suggest.js'
import {askError} from './erp-error.js'
import {interruptible} from './interruptible.js'

/**
 * The destination of that name, which must be called by RFC.
 *
 * @throws ErpSyncError 2 if there is none, 78 if its secrets are missing.
 */
export function findRfcDestination(config: Config, name: string): RfcDestination {
  const destination = config.destinations[findDestination(config, name)]
  if (destination?.kind !== 'rfc') {
    throw new ErpSyncError(`The destination "${name}" is of kind ${destination?.kind}; functions are called by RFC.`, {
      code: 'wrong_kind',
      exitCode: exitCodes.usage,
    })
  }
  requireSecrets(config, `destinations.${name}`)
  return destination
}

/**
 * Does work on a line to the destination, until that is done or somebody stops it.
 *
 * @throws ErpSyncError 78 if what RFC needs is missing on this machine.
 */
export async function onRfcLine<Result>(
  destination: RfcDestination,
  work: (line: RfcLine, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const line = openRfcLine(destination)
  try {
    return await interruptible(async (signal) => {
      const missing = await line.prepare()
      if (missing !== undefined) throw askError(missing)
      return work(line, signal)
    })
  } finally {
    await line.close()
  }
}

/**
 * What SAP tells of a function; as an error why it tells nothing, if there is one all the same.
 *
 * @throws ErpSyncError 2 with the nearest name if there is no such function, 69, 77 or 78 if SAP cannot be asked.
 */
export async function describeIfTold(
  line: RfcLine,
  {byHand}: RfcDestination,
  name: string,
  signal: AbortSignal,
): Promise<FunctionDescription | ErpSyncError> {
  const outcome = await line.describe(name, signal)
  switch (outcome.kind) {
    case 'described':
      return outcome.description
    case 'untold':
      return askError(outcome.failure)
    case 'failed':
      signal.throwIfAborted()
      throw askError(outcome.failure)
    case 'unknown': {
      // One is rarely wrong from the first letter on.
      const alike = await line.search(`${name.slice(0, Math.max(3, Math.ceil(name.length / 2)))}*`, signal)
      throw new ErpSyncError(`SAP has no function ${name}.${didYouMean(name, [...alike, ...namesAllowed(byHand)])}`, {
        code: 'unknown_function',
        exitCode: exitCodes.usage,
      })
    }
  }
}
