import {Flags} from '@oclif/core'
import {parseDuration} from '#lib/config/duration.js'

/** A flag that takes a length of time such as `30s` or `2h` and gives ms. */
export const durationFlag = Flags.custom<number>({
  helpValue: '<duration>',
  parse: async (text) => {
    const ms = parseDuration(text)
    if (ms !== undefined) return ms
    throw new Error(`"${text}" is not a length of time; write 500ms, 30s, 2m, 1h or 7d`)
  },
})
