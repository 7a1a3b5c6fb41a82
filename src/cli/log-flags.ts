import {Flags} from '@oclif/core'

/** Flags of commands that run until they are told to stop, and tell by a log what they do. */
export const logFlags = {
  'log-format': Flags.option({
    options: ['json', 'pretty'] as const,
    summary: 'format of the log on stderr',
    default: async () => (process.stderr.isTTY ? ('pretty' as const) : ('json' as const)),
    defaultHelp: async () => 'pretty on a terminal, else json',
    env: 'ERPSYNC_LOG_FORMAT',
  })(),
  'log-level': Flags.option({
    options: ['debug', 'info', 'warn', 'error'] as const,
    summary: 'least important events to log',
    default: 'info' as const,
    env: 'ERPSYNC_LOG_LEVEL',
  })(),
}
