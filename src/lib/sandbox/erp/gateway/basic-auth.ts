import {createHash, timingSafeEqual} from 'node:crypto'

export interface Credentials {
  readonly user: string
  readonly password: string
}

/** Makes the question whether an Authorization header is that of the one user there is. */
export function basicAuth({user, password}: Credentials): (authorization: string | undefined) => boolean {
  const expected = digest(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`)
  return (authorization) => timingSafeEqual(digest(authorization ?? ''), expected)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
