import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {SandboxAccess} from '#lib/sandbox/erp/admin-client.js'

/**
 * Creates a material by the OData service anybody could use: a token and a
 * session first, then the product with its description in one call.
 *
 * @throws ErpSyncError 3 if it is refused.
 */
export async function createMaterial(access: SandboxAccess, material: string, description: string): Promise<void> {
  const service = `${access.url}/sap/opu/odata/sap/API_PRODUCT_SRV`
  const headers = {authorization: authorizationOf(access), accept: 'application/json'}
  const hello = await fetch(`${service}/`, {headers: {...headers, 'x-csrf-token': 'Fetch'}, signal: inTime()})
  await requireSuccess(hello, `GET ${service}/`)

  const answer = await fetch(`${service}/A_Product`, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      'x-csrf-token': hello.headers.get('x-csrf-token') ?? '',
      cookie: hello.headers.getSetCookie().map(withoutAttributes).join('; '),
    },
    body: JSON.stringify({
      Product: material,
      ProductType: 'HAWA',
      BaseUnit: 'PC',
      to_Description: {results: [{Language: 'EN', ProductDescription: description}]},
    }),
    signal: inTime(),
  })
  await requireSuccess(answer, `POST ${service}/A_Product`)
}

async function requireSuccess(response: Response, call: string): Promise<void> {
  const text = await response.text()
  if (response.ok) return
  throw new ErpSyncError(`The sandbox ERP refused ${call}: ${response.status} ${text}`, {
    code: 'sandbox_refused',
    exitCode: exitCodes.someFailed,
  })
}

function authorizationOf({user, password}: SandboxAccess): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

function withoutAttributes(cookie: string): string {
  return cookie.split(';', 1)[0] ?? ''
}

function inTime(): AbortSignal {
  return AbortSignal.timeout(10_000)
}
