import {sandboxUser, type LocalService, type Ports} from './service.js'

/** The sandbox ERP: this very program, in a process of its own, with a world that lives in memory. */
export const erp: LocalService = {
  portNames: ['erp', 'rfc'],
  addresses: (ports, password) => ({
    ERPSYNC_ERP_URL: `http://127.0.0.1:${ports.erp}`,
    ERPSYNC_ERP_USER: sandboxUser,
    ERPSYNC_ERP_PASSWORD: password,
    ERPSYNC_ERP_RFC_ADDRESS: `tcp:127.0.0.1:${ports.rfc}`,
  }),
  prepare: async () => {},
  launches: ({program, ports, addresses}) => [
    {
      command: process.execPath,
      args: [program, 'sandbox', 'erp', '--host', '127.0.0.1', '--user', sandboxUser, ...portFlags(ports)],
      // Not as a flag: anybody on this machine may read the command lines of all processes.
      env: {ERPSYNC_ERP_PASSWORD: addresses.ERPSYNC_ERP_PASSWORD ?? ''},
    },
  ],
  stopSignal: 'SIGTERM',
  crashSignal: 'SIGKILL',
}

/** A sandbox that was planned before there was an RFC face has no port for it. */
function portFlags({erp: http, rfc}: Ports): readonly string[] {
  return ['--port', String(http), ...(rfc === undefined ? [] : ['--rfc-port', String(rfc)])]
}
