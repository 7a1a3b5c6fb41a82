import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {prepareStandIn, type RfcSdk} from '#lib/sandbox/rfc-sdk/prepare-stand-in.js'

/**
 * What stands in for SAP's library in the demo.
 *
 * @throws ErpSyncError 78 where it cannot be had, with the reason.
 */
export async function requireStandIn(): Promise<RfcSdk> {
  const standIn = await prepareStandIn()
  if (standIn.kind === 'ready') return standIn.sdk
  throw new ErpSyncError(`The demo cannot call by RFC here: ${standIn.reason}.`, {
    code: 'demo_rfc_unavailable',
    exitCode: exitCodes.configuration,
    hint: 'Without RFC it runs anywhere: erpsync demo --erp odata',
  })
}
