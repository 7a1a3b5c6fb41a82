import {Flags} from '@oclif/core'
import {readSendWindow} from '#lib/resync/run/send-window.js'
import {careFlags} from './guard-flags.js'
import {durationFlag} from './duration-flag.js'
import {freeOperatorFlags} from './operator-flags.js'

export const resyncTimeoutFlag = durationFlag({
  summary: 'how long to wait while nothing on its way has an outcome',
  default: 600_000,
  defaultHelp: async () => '10m',
})

/** Says whose states count in a flow that has a source. */
export const fromLedgerFlag = {
  'from-ledger': Flags.boolean({
    summary: 'compare with the newest accepted states, even if the flow has a source',
    default: false,
  }),
}

/** Flags of commands that begin a resync: how carefully, and when. */
export const resyncRunFlags = {
  ...careFlags,
  window: Flags.custom<string>({
    summary: 'send only then, and wait outside it, e.g. 20:00-06:00 or "Mon-Fri 20:00-06:00 Europe/Berlin"',
    helpValue: '<times>',
    helpGroup: 'GUARD',
    parse: async (text) => {
      const window = readSendWindow(text, Intl.DateTimeFormat().resolvedOptions().timeZone)
      if (window !== undefined) return window
      throw new Error(`"${text}" is no window; write 20:00-06:00 or "Mon-Fri 20:00-06:00 Europe/Berlin"`)
    },
  })(),
  timeout: resyncTimeoutFlag,
  ...freeOperatorFlags,
}
