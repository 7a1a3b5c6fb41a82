import assert from 'node:assert/strict'
import {type Pace, paceAt, spend} from '#lib/metering/pace.js'

/** How many letters go within so many ms, if all go as soon as they may. */
function sentWithin(ms: number, {ratePerS, everyMs}: {readonly ratePerS: number; readonly everyMs: number}): number {
  let pace: Pace | null = null
  let sent = 0
  for (let now = 0; now <= ms; now += everyMs) {
    pace = paceAt(pace, now, ratePerS)
    const allowed = Math.floor(pace.allowed)
    pace = spend(pace, allowed)
    sent += allowed
  }
  return sent
}

describe('paceAt', () => {
  it('keeps to the rate, however often it is asked', () => {
    const sent = [30, 100, 700].map((everyMs) => sentWithin(60_000, {ratePerS: 10, everyMs}))

    for (const count of sent) assert.ok(count >= 590 && count <= 602, String(sent))
  })

  it('begins with one letter, and keeps to rates of less than one a second', () => {
    assert.equal(sentWithin(0, {ratePerS: 10, everyMs: 100}), 1)
    assert.equal(sentWithin(20_000, {ratePerS: 0.25, everyMs: 100}), 5)
  })

  it('makes no flood of a long wait', () => {
    const pace = paceAt(paceAt(null, 0, 10), 3_600_000, 10)

    assert.equal(pace.allowed, 10)
  })
})
