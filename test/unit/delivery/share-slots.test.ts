import assert from 'node:assert/strict'
import {type Claimant, shareSlots} from '#lib/delivery/share-slots.js'

function claimant(worker: string, demand: number, granted = 0): Claimant {
  return {worker, demand, granted}
}

function shareOf(limit: number, self: Claimant, others: readonly Claimant[] = [], turn = 0) {
  return shareSlots({limit, self, others, turn})
}

describe('shareSlots', () => {
  it('gives a worker that is alone everything', () => {
    assert.deepEqual(shareOf(8, claimant('a', 0)), {granted: 8, target: 8})
  })

  it('shares evenly between workers that have enough to do', () => {
    assert.deepEqual(shareOf(8, claimant('a', 50), [claimant('b', 20, 4)]), {granted: 4, target: 4})
  })

  it('gives what one cannot use to the other', () => {
    assert.equal(shareOf(8, claimant('a', 50), [claimant('b', 2)]).target, 6)
  })

  it('leaves an idle worker a share of what nobody needs', () => {
    assert.deepEqual(
      [
        shareOf(8, claimant('a', 3), [claimant('b', 0)]).target,
        shareOf(8, claimant('b', 0), [claimant('a', 3)]).target,
      ],
      [4, 4],
    )
  })

  it('grants no more than the others leave, whatever would be fair', () => {
    assert.deepEqual(shareOf(8, claimant('a', 50), [claimant('b', 50, 7)]), {granted: 1, target: 4})
  })

  it('takes nothing away by itself: the worker comes down to its target at its next request', () => {
    assert.deepEqual(shareOf(8, claimant('a', 50, 8), [claimant('b', 50)]), {granted: 8, target: 4})
  })

  it('grants nothing new when more is in use than the limit allows by now', () => {
    assert.deepEqual(shareOf(2, claimant('a', 50, 1), [claimant('b', 50, 4)]), {granted: 1, target: 1})
  })

  it('lets workers take turns where there are fewer slots than workers', () => {
    const others = [claimant('b', 5), claimant('c', 5)]
    const targets = [0, 1, 2, 3].map((turn) => shareOf(1, claimant('a', 5), others, turn).target)

    assert.deepEqual(targets, [1, 0, 0, 1])
  })

  it('never deals out more than the limit, and always all of it', () => {
    for (let limit = 1; limit <= 12; limit += 1) {
      const all = [claimant('a', 1), claimant('b', 0), claimant('c', 40), claimant('d', 5)]
      const targets = all.map((self) =>
        shareOf(
          limit,
          self,
          all.filter((other) => other !== self),
          limit,
        ),
      )

      assert.equal(
        targets.reduce((sum, {target}) => sum + target, 0),
        limit,
      )
    }
  })
})
