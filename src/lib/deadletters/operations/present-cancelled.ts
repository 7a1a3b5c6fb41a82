import type {Operation} from './operation.js'
import {doneOf, failedOf} from './present-operation.js'
import {replayedOf} from './present-replay.js'

/** What of a cancelled operation was sent, and what was not. */
export function presentCancelled({id, counts}: Operation): string {
  const onTheirWay = counts.sent === 0 ? '' : `, ${counts.sent} on their way that cannot be called back`
  return [
    `Cancelled ${id}.`,
    `Sent: ${replayedOf(counts)} (${doneOf(counts)} resolved, ${failedOf(counts)} dead again${onTheirWay}).`,
    `Not sent: ${counts.skipped}.`,
  ].join('\n')
}
