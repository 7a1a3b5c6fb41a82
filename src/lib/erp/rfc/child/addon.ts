import {createRequire} from 'node:module'
import {join} from 'node:path'
import {z} from 'zod'
import type {Obstacle, RfcSystem} from '#lib/erp/rfc/protocol.js'

/** A connection of node-rfc's, as far as we use it. It rejects with plain objects. */
export interface AddonClient {
  readonly open: () => Promise<unknown>
  readonly close: () => Promise<void>
  readonly ping: () => Promise<unknown>
  readonly cancel: () => Promise<void>
  readonly resetServerContext: () => Promise<void>
  readonly call: (name: string, parameters: object) => Promise<Record<string, unknown>>
  readonly connectionInfo: unknown
}

export interface Addon {
  /** A client that is not connected yet. */
  readonly createClient: () => AddonClient
}

/**
 * Loads node-rfc, from a folder's node_modules or as erpsync itself would find it.
 * Once a process: a second load ends it.
 */
export function loadAddon(
  module: string | null,
  connection: Readonly<Record<string, string>>,
): Addon | {readonly obstacle: Obstacle} {
  const require = createRequire(module === null ? import.meta.url : join(module, 'package.json'))
  try {
    const {Client} = require('node-rfc') as {readonly Client: new (parameters: object) => AddonClient}
    return {createClient: () => new Client({...connection})}
  } catch (thrown) {
    return {obstacle: obstacleIn(thrown)}
  }
}

/** Who is at the other end. */
export function systemOf({connectionInfo}: AddonClient): RfcSystem {
  return system.parse(connectionInfo)
}

function obstacleIn(thrown: unknown): Obstacle {
  const {code, message} = failedLoad.parse(thrown)
  switch (code) {
    case 'ERR_DLOPEN_FAILED': {
      const library = /(\S+): cannot open shared object file/.exec(message)?.[1]
      if (library !== undefined) return {code: 'SDK_MISSING', what: library}
      break
    }
    case 'MODULE_NOT_FOUND':
      return {code: 'MODULE_MISSING', what: 'node-rfc'}
  }
  return {code: 'ADDON_UNUSABLE', what: message.split('\n')[0] ?? ''}
}

const failedLoad = z.object({code: z.string().catch(''), message: z.string().catch('unknown error')})

const text = z.string().catch('')
const system = z
  .object({sysId: text, client: text, partnerHost: text, partnerRel: text, user: text, isoLanguage: text})
  .catch({sysId: '', client: '', partnerHost: '', partnerRel: '', user: '', isoLanguage: ''})
  .transform(({sysId, client, partnerHost, partnerRel, user, isoLanguage}) => ({
    sysId,
    client,
    host: partnerHost,
    release: partnerRel,
    user,
    language: isoLanguage,
  }))
