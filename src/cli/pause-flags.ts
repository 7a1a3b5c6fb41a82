import {Flags} from '@oclif/core'
import {actorFlag} from './actor-flag.js'
import {durationFlag} from './duration-flag.js'

/** Why, by whom and for how long something is paused. */
export const pauseFlags = {
  reason: Flags.string({summary: 'why, for the others on call', required: true}),
  for: durationFlag({summary: 'resume by itself after this; else it is paused until somebody resumes it'}),
  actor: actorFlag(),
}
