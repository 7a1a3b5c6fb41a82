import {randomBytes} from 'node:crypto'

/** A logged-on client, and the token that its writes must show. */
export interface Session {
  readonly id: string
  readonly token: string
}

/** The sessions there are. Of too many, the one not used for longest ends. */
export class Sessions {
  readonly #byId = new Map<string, Session>()

  open(): Session {
    const session = {id: randomBytes(18).toString('base64url'), token: `${randomBytes(16).toString('base64url')}==`}
    this.#byId.set(session.id, session)
    const [oldest] = this.#byId.keys()
    if (this.#byId.size > mostSessions && oldest !== undefined) this.#byId.delete(oldest)
    return session
  }

  /** The session a Cookie header names, if it still lives. */
  find(cookies: string | undefined): Session | undefined {
    const id = cookieNamed(cookies, sessionCookie)
    const session = id === undefined ? undefined : this.#byId.get(id)
    if (session) {
      this.#byId.delete(session.id)
      this.#byId.set(session.id, session)
    }
    return session
  }

  end({id}: Session): void {
    this.#byId.delete(id)
  }
}

/** The Set-Cookie headers that carry a session. */
export function sessionCookies({id}: Session): readonly string[] {
  return ['sap-usercontext=sap-client=100; path=/', `${sessionCookie}=${id}; path=/; HttpOnly`]
}

function cookieNamed(cookies: string | undefined, name: string): string | undefined {
  const pairs = (cookies ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}

const sessionCookie = 'SAP_SESSIONID_SBX_100'
const mostSessions = 1000
