import {mkdir, readFile, readdir, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {constants} from 'node:os'
import {join} from 'node:path'
import {type Case, millisecondsOf, rejection} from '../../../support/addon.js'

export const cases = {
  versions: async ({load}) => load().environment.noderfc,

  information: async ({open}) => {
    const client = await open()
    const {alive, connectionInfo} = client
    await client.close()
    return {alive, connectionInfo, aliveAfterClose: client.alive}
  },

  wrongPassword: async ({load, logon}) => {
    const {Client} = load()
    const client = new Client({...logon, passwd: 'wrong'})
    const error = await rejection(client.open())
    return {error, isError: error instanceof Error, hasStack: 'stack' in error, alive: client.alive}
  },

  nothingListens: async ({load, logon}) => {
    process.env.RFCSIM_ADDR = `tcp:127.0.0.1:${await closedPort()}`
    const {Client} = load()
    const {name, group, code, codeString} = await rejection(new Client(logon).open())
    return {name, group, code, codeString}
  },

  noHost: async ({load}) => {
    const {Client} = load()
    return rejection(new Client({user: 'ERPSYNC', passwd: 'secret'}).open())
  },

  unknownParameter: async ({load, logon}) => {
    const {Client} = load()
    const client = await new Client({...logon, passwort: 'secret'}).open()
    return client.alive
  },

  closedClient: async ({open}) => {
    const client = await open()
    await client.close()
    return rejection(client.call('RFC_PING', {}))
  },

  slowOpen: async ({load, logon, admin}) => {
    const {Client} = load()
    await admin.addFault({kind: 'latency', ms: 1600, method: 'OPEN'})
    const client = new Client(logon, {timeout: 1})
    const ms = await millisecondsOf(client.open())
    return {hasTakenItsTime: ms >= 1500, alive: client.alive}
  },

  fractionOfASecond: async ({open}) => {
    const client = await open({timeout: 0.5})
    const ms = await millisecondsOf(client.call('RFC_PING_AND_WAIT', {SECONDS: 1}))
    return {hasTakenItsTime: ms >= 950}
  },

  decimalsAsString: async ({load, logon}) => {
    const {Client} = load()
    try {
      return new Client(logon, {bcd: 'string'}).alive
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : error
    }
  },

  libraryOnThePath: async ({load}) => {
    try {
      return load().environment.noderfc.version
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      return {code: error.code, namesTheFile: error.message.includes('libsapnwrfc.so')}
    }
  },

  libraryByItsPath: async ({load, library}) => {
    for (const file of ['libsapucum.so', 'libsapnwrfc.so']) keepLoaded(join(library, file))
    return load().environment.noderfc.version
  },

  logFile: async ({load}) => {
    await writeFile('_noderfc.log', 'what was there')
    load()
    return {files: await readdir('.'), content: await readFile('_noderfc.log', 'utf8')}
  },

  logFileInTheWay: async ({open}) => {
    await mkdir('_noderfc.log')
    const client = await open()
    return client.ping()
  },
} satisfies Record<string, Case>

/** Node closes what is no addon again; without RTLD_NODELETE the library would be gone. */
function keepLoaded(file: string): void {
  const nodelete = 0x1000
  try {
    process.dlopen({exports: {}}, file, constants.dlopen.RTLD_NOW | nodelete)
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('did not self-register'))) throw error
  }
}

async function closedPort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('no port'))
      else server.close(() => resolve(address.port))
    })
  })
}
