import {Flags} from '@oclif/core'
import {serviceNames} from '#lib/sandbox/services/service.js'

/** Which sandbox. */
export const sandboxFolder = {
  dir: Flags.string({
    summary: 'folder of the sandbox',
    env: 'ERPSYNC_SANDBOX_DIR',
    default: '.erpsync/sandbox',
  }),
}

/** Which of its services. */
export const sandboxServices = {
  only: Flags.option({
    summary: 'one service; repeat for more',
    env: 'ERPSYNC_SANDBOX_ONLY',
    options: serviceNames,
    multiple: true,
  })(),
}

const anyPort = {min: 0, max: 65_535}

/** Where a sandbox ERP listens. */
export const sandboxErpAddress = {
  host: Flags.string({summary: 'address to listen on', env: 'ERPSYNC_ERP_HOST', default: '127.0.0.1'}),
  port: Flags.integer({
    summary: 'port to listen on; 0 for any free one',
    env: 'ERPSYNC_ERP_PORT',
    default: 4010,
    ...anyPort,
  }),
  'rfc-port': Flags.integer({
    summary: 'port to take RFC calls on; 0 for any free one, none if left out',
    env: 'ERPSYNC_ERP_RFC_PORT',
    ...anyPort,
  }),
}
