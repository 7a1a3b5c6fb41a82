import type {Reply} from './reply.js'

/** Answers that come from in front of the services, where there is no OData payload. */
const plainText = {'content-type': 'text/plain; charset=utf-8'}

export const logonFailed: Reply = {
  status: 401,
  headers: {...plainText, 'www-authenticate': 'Basic realm="SAP NetWeaver Application Server [SBX/100]"'},
  body: 'Logon failed.',
}

export const tokenRequired: Reply = {
  status: 403,
  headers: {...plainText, 'x-csrf-token': 'Required'},
  body: 'CSRF token validation failed',
}

export const tooLarge: Reply = {status: 413, headers: plainText, body: 'Request entity too large'}

/** The page of SAP's web server (ICM) when no application server is there. */
export function unavailable(retryAfterSeconds: number): Reply {
  return {
    status: 503,
    headers: {'content-type': 'text/html; charset=utf-8', 'retry-after': String(retryAfterSeconds)},
    body: `<!DOCTYPE html>
<html><head><title>Service unavailable</title></head>
<body><h1>503 Service unavailable</h1>
<p>No application server is available at the moment. Please try again later.</p>
<p>Error: -6, Module: sandbox ICM</p></body></html>
`,
  }
}

export function tooManyRequests(retryAfterSeconds: number): Reply {
  return {
    status: 429,
    headers: {...plainText, 'retry-after': String(retryAfterSeconds)},
    body: 'Too many requests',
  }
}
