import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

/** @throws ErpSyncError 78 if the address of a destination is none. */
export function requireAddress(baseUrl: string, destinationName: string): void {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (isPlain && (url.protocol === 'http:' || url.protocol === 'https:')) return
  throw new ErpSyncError(
    `destinations.${destinationName}.baseUrl is not an http or https address without user and query.`,
    {
      code: 'destination_invalid',
      exitCode: exitCodes.configuration,
      hint: 'User and password belong under auth.basic, the client under sapClient.',
    },
  )
}
