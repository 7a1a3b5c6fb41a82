import {durationFlag} from './duration-flag.js'
import {operatorFlags} from './operator-flags.js'

/** Why, by whom and for how long something is paused. */
export const pauseFlags = {
  ...operatorFlags,
  for: durationFlag({summary: 'resume by itself after this; else it is paused until somebody resumes it'}),
}
