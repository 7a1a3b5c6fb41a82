import {userInfo} from 'node:os'
import {Flags} from '@oclif/core'

/** Who does what the command does; kept with it. */
export const actorFlag = Flags.custom<string>({
  summary: 'operator to record',
  env: 'ERPSYNC_ACTOR',
  default: async () => process.env.SUDO_USER ?? userInfo().username,
  defaultHelp: async () => 'who is logged on',
  noCacheDefault: true,
})
