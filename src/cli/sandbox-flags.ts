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
