import {Flags} from '@oclif/core'
import {parseRate} from '#lib/metering/guards.js'

/** A flag that takes a rate such as `10/s` or `600/m` and gives it a second. */
export const rateFlag = Flags.custom<number>({
  helpValue: '<rate>',
  parse: async (text) => {
    const rate = parseRate(text)
    if (rate !== undefined) return rate
    throw new Error(`"${text}" is not a rate; write 10/s, 600/m or 1000/h`)
  },
})
