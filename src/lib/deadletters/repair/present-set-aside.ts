import {presentRefused} from './present-fix.js'
import type {SetAside} from './set-aside.js'

/** What became of letters that were discarded or restored. */
export function presentSetAside(verb: string, {done, refused, released, left}: SetAside, operationId: string): string {
  return [
    `${verb} ${done.length} ${done.length === 1 ? 'letter' : 'letters'} (operation ${operationId}).`,
    ...(released === 0 ? [] : [`${released} ${released === 1 ? 'message' : 'messages'} of their keys went on.`]),
    ...presentRefused(refused),
    ...(left === 0 ? [] : [`Stopped: ${left} were not tried.`]),
  ].join('\n')
}
