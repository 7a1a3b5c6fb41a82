import assert from 'node:assert/strict'
import {adaptLimit, createObserver, type Observation} from '#lib/delivery/adaptive-limit.js'

const bounds = {floor: 2, ceiling: 20}
const well: Observation = {calls: 40, averageMs: 200, baselineMs: 180, isThrottled: false, isSaturated: true}

describe('adaptLimit', () => {
  it('adds one while all slots are used and the destination is as fast as ever', () => {
    assert.equal(adaptLimit(8, well, bounds), 9)
  })

  it('keeps what is not used up', () => {
    assert.equal(adaptLimit(8, {...well, isSaturated: false}, bounds), 8)
  })

  it('keeps what it has between fast and slow', () => {
    assert.equal(adaptLimit(8, {...well, averageMs: 330}, bounds), 8)
  })

  it('takes a quarter away when the destination becomes slow', () => {
    assert.equal(adaptLimit(8, {...well, averageMs: 500}, bounds), 6)
  })

  it('takes a quarter away when the destination asks for less, however fast it is', () => {
    assert.equal(adaptLimit(8, {...well, isThrottled: true}, bounds), 6)
  })

  it('does not take a few milliseconds for slowness', () => {
    assert.equal(adaptLimit(8, {...well, averageMs: 9, baselineMs: 2}, bounds), 9)
  })

  it('changes nothing without a call', () => {
    assert.equal(adaptLimit(8, {...well, calls: 0, averageMs: 0}, bounds), 8)
  })

  it('stays between floor and ceiling', () => {
    const limits = [adaptLimit(20, well, bounds), adaptLimit(2, {...well, isThrottled: true}, bounds)]

    assert.deepEqual(limits, [20, 2])
  })

  it('finds its way back below what SAP bears, and up to it again', () => {
    const bears = 10
    const history = [16]
    for (let round = 0; round < 60; round += 1) {
      const limit = history.at(-1) ?? 0
      const averageMs = limit > bears ? 200 * (limit / bears) ** 4 : 200
      history.push(adaptLimit(limit, {...well, averageMs, baselineMs: 200}, bounds))
    }
    const settled = history.slice(20)

    assert.ok(Math.max(...settled) <= bears + 3, settled.join(' '))
    assert.ok(Math.min(...settled) >= bears / 2, settled.join(' '))
  })
})

describe('createObserver', () => {
  it('tells averages, the best of the recent ones, and forgets what it has told', () => {
    const observer = createObserver()
    observer.note({lastedMs: 100, isThrottled: false})
    observer.note({lastedMs: 300, isThrottled: false})
    const first = observer.look()
    observer.note({lastedMs: 500, isThrottled: false})
    observer.note({lastedMs: 1, isThrottled: true})
    observer.noteSaturation()

    assert.deepEqual(
      [first, observer.look(), observer.look()],
      [
        {calls: 2, averageMs: 200, baselineMs: 200, isThrottled: false, isSaturated: false},
        {calls: 1, averageMs: 500, baselineMs: 200, isThrottled: true, isSaturated: true},
        {calls: 0, averageMs: 0, baselineMs: 0, isThrottled: false, isSaturated: false},
      ],
    )
  })
})
