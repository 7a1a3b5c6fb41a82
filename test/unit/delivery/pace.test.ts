import assert from 'node:assert/strict'
import {createPace} from '#lib/delivery/pace.js'

/** When each of so many calls goes, if each goes as soon as it may. */
function times(calls: number, perSecond: number): readonly number[] {
  const pace = createPace()
  const gone: number[] = []
  for (let nowMs = 1000; gone.length < calls; nowMs += 1) {
    if (pace.waitMs(nowMs) > 0) continue
    pace.spend(nowMs, perSecond)
    gone.push(nowMs - 1000)
  }
  return gone
}

describe('createPace', () => {
  it('spaces calls evenly, and does not let a second gather', () => {
    const gone = times(21, 10)

    assert.equal(gone[0], 0)
    assert.ok(
      gone.slice(1).every((ms, index) => ms - (gone[index] ?? 0) >= 80),
      gone.join(' '),
    )
    assert.ok((gone.at(-1) ?? 0) >= 1950, gone.join(' '))
  })

  it('saves no calls up while nothing is called', () => {
    const pace = createPace()
    pace.spend(1000, 2)
    pace.spend(60_000, 2)

    assert.equal(pace.waitMs(60_000), 480)
  })

  it('reaches rates above what single timers could', () => {
    const gone = times(500, 500)

    assert.ok((gone.at(-1) ?? 0) <= 1000, String(gone.at(-1)))
  })

  it('takes rates below one', () => {
    const pace = createPace()
    pace.spend(1000, 0.1)

    assert.equal(pace.waitMs(1000), 9980)
  })
})
