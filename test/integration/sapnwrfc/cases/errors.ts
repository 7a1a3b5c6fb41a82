import {type AddonClient, type AddonError, type Case, type Parameters, rejection} from '../../../support/addon.js'

export const cases = {
  unknownFunction: async ({open}) => errorOf(await open(), 'Z_NOT_THERE'),

  exception: async ({open}) => errorOf(await open(), 'RFC_RAISE_ERROR', {METHOD: '1', MESSAGETYPE: 'E'}),

  bareException: async ({open}) => errorOf(await open(), 'RFC_RAISE_ERROR', {METHOD: '2'}),

  message: async ({open}) => errorOf(await open(), 'RFC_RAISE_ERROR', {METHOD: '0', MESSAGETYPE: 'E'}),

  termination: async ({open}) => errorOf(await open(), 'RFC_RAISE_ERROR', {MESSAGETYPE: 'X'}),

  dump: async ({open}) => errorOf(await open(), 'RFC_RAISE_ERROR', {METHOD: '3'}),

  brokenLine: async ({open}) => errorOf(await open(), 'Z_SIM_DROP'),

  misfit: async ({open}) => errorOf(await open(), 'Z_SIM_BADREPLY'),

  /** The first call of a function asks for its description before it is made. */
  brokenWhileDescribed: async ({open, admin}) => {
    const client = await open()
    const before = client.connectionHandle
    const codeOfCall = async () => (await rejection(client.call('STFC_CONNECTION', {REQUTEXT: 'x'}))).code
    await admin.addFault({kind: 'drop-before-commit', method: 'DESCRIBE'})
    const codes = [await codeOfCall(), await codeOfCall()]
    const {alive, connectionHandle} = client
    const ofPing = (await rejection(client.ping())).code
    const {ECHOTEXT} = await client.call('STFC_CONNECTION', {REQUTEXT: 'behind the ping'})
    return {codes, alive, hasReconnected: connectionHandle !== before, ofPing, ECHOTEXT}
  },

  /** Each answer that does not fit makes the addon open one more session, and leave the old one open. */
  sessionsLeftOpen: async ({open}) => {
    const client = await open()
    const codes: unknown[] = []
    for (let i = 0; i < 3; i++) codes.push((await rejection(client.call('Z_SIM_BADREPLY', {}))).code)
    return {codes, alive: client.alive}
  },
} satisfies Record<string, Case>

interface Seen {
  readonly error: AddonError
  readonly hasReconnected: boolean
  readonly isUsable: boolean
}

async function errorOf(client: AddonClient, name: string, parameters: Parameters = {}): Promise<Seen> {
  const before = client.connectionHandle
  const error = await rejection(client.call(name, parameters))
  const isUsable = await client.ping().catch(() => false)
  return {error, hasReconnected: client.connectionHandle !== before, isUsable}
}
