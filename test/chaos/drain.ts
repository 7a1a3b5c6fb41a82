import {setTimeout as sleep} from 'node:timers/promises'
import {type Ledger, type LedgerMessage, readLedger} from './ledger.js'

/**
 * Waits until every message has its end and every dead one its letter. Gives
 * up when nothing has moved for a long time, or in the end; what is stuck is
 * for the checker to name.
 */
export async function drain(postgresUrl: string, signal: AbortSignal): Promise<Ledger> {
  const deadline = performance.now() + mostMs
  let seen = ''
  let movedAt = performance.now()
  for (;;) {
    const ledger = await readLedger(postgresUrl)
    if (isDrained(ledger)) return ledger
    const now = performance.now()
    const picture = pictureOf(ledger)
    if (picture !== seen) movedAt = now
    if (now > deadline || now - movedAt > stuckMs) return ledger
    seen = picture
    await sleep(pollMs, undefined, {signal})
  }
}

function isDrained({messages, letters}: Ledger): boolean {
  const open = new Set(letters.filter(({state}) => state === 'open').map(({messageId}) => messageId))
  const blocked = new Set(messages.filter(({state}) => state === 'dead').map(({flow, key}) => `${flow} ${key}`))
  const hasEnd = ({id, flow, key, state}: LedgerMessage): boolean => {
    if (state === 'dead') return open.has(id)
    // Behind a dead predecessor it waits for a person.
    if (state === 'held') return blocked.has(`${flow} ${key}`)
    return ended.has(state)
  }
  return messages.every(hasEnd) && letters.every(({state}) => state !== 'replayed')
}

/** How many messages and letters stand how: while that changes, something moves. */
function pictureOf({messages, letters}: Ledger): string {
  const counts = new Map<string, number>()
  for (const {state} of [...messages, ...letters]) counts.set(state, (counts.get(state) ?? 0) + 1)
  return JSON.stringify([...counts].toSorted(([one], [other]) => one.localeCompare(other)))
}

const ended: ReadonlySet<string> = new Set(['synced', 'superseded', 'discarded'])
const pollMs = 500
const stuckMs = 75_000
const mostMs = 600_000
