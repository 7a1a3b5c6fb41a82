/**
 * The cookies of one SAP session, by name. Which of them matter differs from
 * system to system (session, CSRF, load balancer), so all are kept and sent.
 */
export type CookieJar = Map<string, string>

/** Takes over what an answer's `Set-Cookie` headers say; an expired cookie leaves the jar. */
export function storeCookies(jar: CookieJar, headers: Headers, nowMs: number): void {
  for (const line of headers.getSetCookie()) {
    const [pair = '', ...attributes] = line.split(';')
    const [name, value] = splitAt(pair, '=')
    if (name === '') continue
    if (isExpired(attributes, nowMs)) jar.delete(name)
    else jar.set(name, value)
  }
}

/** The `Cookie` header, or undefined for an empty jar. */
export function cookieHeader(jar: CookieJar): string | undefined {
  if (jar.size === 0) return undefined
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
}

/** `Max-Age` wins over `Expires` (RFC 6265 §5.3). */
function isExpired(attributes: readonly string[], nowMs: number): boolean {
  const named = new Map(
    attributes.map((attribute) => splitAt(attribute, '=')).map(([key, value]) => [key.toLowerCase(), value]),
  )
  const maxAge = named.get('max-age')
  if (maxAge !== undefined) return Number(maxAge) <= 0
  const expires = named.get('expires')
  return expires !== undefined && Date.parse(expires) <= nowMs
}

function splitAt(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}
