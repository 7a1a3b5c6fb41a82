import {renameSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {serviceNames} from './service.js'
import {addressesOf, type SandboxState} from './state.js'

/** All addresses and credentials of a sandbox, by environment variable. */
export function sandboxEnvironment({services}: SandboxState): Readonly<Record<string, string>> {
  const known = serviceNames.flatMap((name) => services[name] ?? [])
  return Object.fromEntries(known.flatMap((service) => Object.entries(addressesOf(service))))
}

/** Saves them where shells, systemd and `node --env-file` can read them. */
export function writeEnvFile(state: SandboxState): void {
  const path = join(state.folder, envFile)
  writeFileSync(`${path}.new`, formatEnvFile(sandboxEnvironment(state)), {mode: 0o600})
  renameSync(`${path}.new`, path)
}

/** One `NAME=value` a line; what a shell could misread stands in single quotes. */
export function formatEnvFile(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(
      ([name, value]) => `${name}=${/^[\w./:@%+,-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`}\n`,
    )
    .join('')
}

export const envFile = 'sandbox.env'
