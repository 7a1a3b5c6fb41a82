import {type Addon, type AddonPool, type Case, rejection, type Surroundings} from '../../../support/addon.js'

export const cases = {
  noMaximum: async ({load, logon}) => {
    const pool = poolOf(load(), logon)
    const clients = await pool.acquire(4)
    const {ready, leased} = pool.status
    const echoes = await Promise.all(
      clients.map(async (client, index) => (await client.call('STFC_CONNECTION', {REQUTEXT: `${index}`})).ECHOTEXT),
    )
    return {ready, leased, echoes}
  },

  release: async ({load, logon, admin}) => {
    const pool = poolOf(load(), logon)
    const client = await pool.acquire()
    await client.call('Z_SIM_ECHO', {})
    await admin.addFault({kind: 'dump', method: 'RESET', key: 'CALL_FUNCTION_NO_AUTHORITY'})
    const {group, code} = await rejection(pool.release(client))
    return {group, code, leased: pool.status.leased}
  },
} satisfies Record<string, Case>

function poolOf({Pool}: Addon, logon: Surroundings['logon']): AddonPool {
  return new Pool({connectionParameters: logon, poolOptions: {low: 0, high: 1}})
}
