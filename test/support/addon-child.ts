import {once} from 'node:events'
import {createRequire} from 'node:module'
import {inspect} from 'node:util'
import {sandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import type {Addon, Case, Surroundings} from './addon.js'
import {rfcLogon} from './rfc-client.js'

// One case in a process of its own: the addon can be loaded once in a process, and some cases end it.
const [cases = '', name = '', moduleFolder = '', library = '', url = ''] = process.argv.slice(2)

const load = (): Addon => createRequire(`${moduleFolder}/`)('node-rfc')

const surroundings: Surroundings = {
  load,
  open: async (options) => {
    const {Client} = load()
    return new Client(rfcLogon, options).open()
  },
  logon: rfcLogon,
  admin: sandboxAdmin({url, user: rfcLogon.user, password: rfcLogon.passwd}),
  library,
  moduleFolder,
  say: async (word) => tell({word}),
}

// Nobody is left to look at what is seen, nor to end a case that hangs.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))

try {
  const table: {readonly cases: Readonly<Record<string, Case>>} = await import(cases)
  await tell({seen: await table.cases[name]!(surroundings)})
} catch (error) {
  await tell({failed: inspect(error)})
}
// Threads of the addon may still wait for the sandbox, and an exit would wait for them.
process.kill(process.pid, 'SIGKILL')
await once(process, 'exit')

async function tell(message: object): Promise<void> {
  await new Promise<void>((resolve) => process.send!(message, undefined, undefined, () => resolve()))
}
