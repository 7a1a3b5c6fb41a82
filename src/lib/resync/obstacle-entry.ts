import type {KeyState, OpenMessage} from '#lib/ledger/key-states.js'
import {blankEntry, type Entry} from './entry.js'

/**
 * What is not compared, because something of the key is not over. What died
 * comes first: whatever waits behind it goes on only once it is decided on.
 */
export function obstacleEntry(
  {key, version, messageId, hash}: KeyState,
  open: readonly OpenMessage[],
): Entry | undefined {
  const blocking = open.find(({state}) => state === 'dead') ?? open[0]
  if (blocking === undefined) return undefined
  const {messageId: message, state, letter} = blocking
  const entry = {
    ...blankEntry,
    key,
    version,
    message: messageId,
    hash,
    blocking: {message, state},
    letter,
  }
  if (state !== 'dead') return {...entry, class: 'in_flight', next: `erpsync message show ${message}`}
  return {
    ...entry,
    class: 'dead_letter',
    next: letter === null ? `erpsync message show ${message}` : `erpsync dlq replay ${letter.id} --wait`,
  }
}
