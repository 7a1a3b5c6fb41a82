import {sandboxUser, type LocalService} from './service.js'

/** The sandbox ERP: this very program, in a process of its own, with a world that lives in memory. */
export const erp: LocalService = {
  portNames: ['erp'],
  addresses: (ports, password) => ({
    ERPSYNC_ERP_URL: `http://127.0.0.1:${ports.erp}`,
    ERPSYNC_ERP_USER: sandboxUser,
    ERPSYNC_ERP_PASSWORD: password,
  }),
  prepare: async () => {},
  launches: ({program, ports, addresses}) => [
    {
      command: process.execPath,
      args: [program, 'sandbox', 'erp', '--host', '127.0.0.1', '--port', String(ports.erp), '--user', sandboxUser],
      // Not as a flag: anybody on this machine may read the command lines of all processes.
      env: {ERPSYNC_ERP_PASSWORD: addresses.ERPSYNC_ERP_PASSWORD ?? ''},
    },
  ],
  stopSignal: 'SIGTERM',
  crashSignal: 'SIGKILL',
}
