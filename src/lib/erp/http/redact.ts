import {Buffer} from 'node:buffer'

/** Replaces secrets wherever they stand in a text, a list or an object. */
export type Redact = <T>(value: T) => T

interface BasicAuth {
  readonly user: string
  readonly password: string
}

/** The `Authorization` header of a user, or undefined for none. */
export function authorization(basic: BasicAuth | undefined): string | undefined {
  return basic && `Basic ${credential(basic)}`
}

/** Error pages of proxies echo whole requests; neither the password nor the header made of it may get into a failure. */
export function redactor(basic: BasicAuth | undefined): Redact {
  return redactorOf(basic ? [basic.password, credential(basic)] : [])
}

/** Replaces these secrets, whatever they are. */
export function redactorOf(secrets: readonly string[]): Redact {
  const known = secrets.filter((secret) => secret !== '')
  return (value) => walk(value, known)
}

function walk<T>(value: T, secrets: readonly string[]): T
function walk(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, '***'), value)
  if (Array.isArray(value)) return value.map((item) => walk<unknown>(item, secrets))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk<unknown>(item, secrets)]))
}

function credential({user, password}: BasicAuth): string {
  return Buffer.from(`${user}:${password}`).toString('base64')
}
