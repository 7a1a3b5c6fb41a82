import {readFile} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {errorCode} from '#lib/kernel/errors.js'

/** A placeholder that could not be filled, and why. */
export interface UnresolvedSecret {
  /** Where in the file, e.g. `destinations.s4.auth.basic.password`. */
  readonly path: string
  readonly problem: string
}

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder that relative `${file:...}` paths start from. */
  readonly folder: string
}

/**
 * Fills `${env:NAME}`, `${file:PATH}` and `${credential:NAME}` in every string
 * of the tree. What cannot be filled stays as it is and is listed, so that a
 * command which does not need SAP's password runs without it.
 */
export async function fillSecrets(
  tree: unknown,
  surroundings: Surroundings,
): Promise<{readonly tree: unknown; readonly unresolved: readonly UnresolvedSecret[]}> {
  const unresolved: UnresolvedSecret[] = []

  const fill = async (node: unknown, path: readonly string[]): Promise<unknown> => {
    if (typeof node === 'string') return fillString(node, path.join('.'), surroundings, unresolved)
    if (Array.isArray(node)) return Promise.all(node.map((item, index) => fill(item, [...path, String(index)])))
    if (node === null || typeof node !== 'object') return node
    const entries = Object.entries(node).map(async ([key, value]) => [key, await fill(value, [...path, key])] as const)
    return Object.fromEntries(await Promise.all(entries))
  }

  return {tree: await fill(tree, []), unresolved}
}

async function fillString(text: string, path: string, around: Surroundings, unresolved: UnresolvedSecret[]) {
  let filled = text
  for (const [placeholder, kind, argument] of text.matchAll(/\$\{(env|file|credential):([^}]+)\}/g)) {
    const found = await lookUp(kind as SecretKind, argument ?? '', around)
    if (typeof found === 'string') filled = filled.replace(placeholder, () => found)
    else unresolved.push({path, problem: found.problem})
  }
  return filled
}

type SecretKind = 'env' | 'file' | 'credential'

async function lookUp(kind: SecretKind, argument: string, {env, folder}: Surroundings) {
  switch (kind) {
    case 'env':
      return env[argument] ?? {problem: `the environment variable ${argument} is not set`}
    case 'file':
      return readSecret(resolve(folder, argument))
    case 'credential':
      return env.CREDENTIALS_DIRECTORY === undefined
        ? {problem: `$CREDENTIALS_DIRECTORY is not set, so the systemd credential ${argument} cannot be read`}
        : readSecret(join(env.CREDENTIALS_DIRECTORY, argument))
  }
}

async function readSecret(path: string): Promise<string | {readonly problem: string}> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    return {problem: `${path} cannot be read (${errorCode(error) ?? 'unknown error'})`}
  }
}
