import assert from 'node:assert/strict'
import {coalesce, type Coalescing} from '#lib/kernel/coalesce.js'

describe('coalesce', () => {
  /** Notes the batches; each waits until it is let go. */
  const gated = (options: Coalescing) => {
    const batches: (readonly number[])[] = []
    const gates: (() => void)[] = []
    const call = coalesce<number, number>(async (items) => {
      batches.push(items)
      await new Promise<void>((done) => gates.push(done))
      return items.map((item) => item * 2)
    }, options)
    const openNext = async (): Promise<void> => {
      while (gates.length === 0) await Promise.resolve()
      gates.shift()?.()
    }
    return {batches, call, openNext}
  }

  it('runs calls of one turn as one batch and answers each', async () => {
    const {batches, call, openNext} = gated({most: 10})

    const answers = Promise.all([call(1), call(2), call(3)])
    await openNext()

    assert.deepEqual(await answers, [2, 4, 6])
    assert.deepEqual(batches, [[1, 2, 3]])
  })

  it('gathers what comes in while a batch is under way', async () => {
    const {batches, call, openNext} = gated({most: 10})
    const first = call(1)
    while (batches.length === 0) await Promise.resolve()

    const rest = Promise.all([call(2), call(3)])
    assert.deepEqual(batches, [[1]])
    await openNext()
    await first
    await openNext()

    assert.deepEqual(await rest, [4, 6])
    assert.deepEqual(batches, [[1], [2, 3]])
  })

  it('keeps batches to their size', async () => {
    const {batches, call, openNext} = gated({most: 2})

    const answers = Promise.all([1, 2, 3, 4, 5].map(call))
    for (let batch = 0; batch < 3; batch++) await openNext()

    assert.deepEqual(await answers, [2, 4, 6, 8, 10])
    assert.deepEqual(batches, [[1, 2], [3, 4], [5]])
  })

  it('tells every caller of a batch that failed, and goes on with the next', async () => {
    let isBroken = true
    const call = coalesce<number, number>(
      async (items) => {
        if (isBroken) throw new Error('away')
        return items
      },
      {most: 10},
    )

    const failed = await Promise.allSettled([call(1), call(2)])
    isBroken = false

    assert.deepEqual(
      failed.map(({status}) => status),
      ['rejected', 'rejected'],
    )
    assert.equal(await call(3), 3)
  })

  it('tries each item alone where one is to blame, and fails that one only', async () => {
    const call = coalesce<number, number>(
      async (items) => {
        if (items.includes(2)) throw new Error('two')
        return items
      },
      {most: 10, isOneToBlame: () => true},
    )

    const answers = await Promise.allSettled([call(1), call(2), call(3)])

    assert.deepEqual(
      answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : 'failed')),
      [1, 'failed', 3],
    )
  })

  it('has as many batches under way as it may', async () => {
    const {batches, call, openNext} = gated({most: 1, parallel: 2})

    const answers = Promise.all([call(1), call(2), call(3)])
    while (batches.length < 2) await nextTurn()
    assert.deepEqual(batches, [[1], [2]])
    for (let batch = 0; batch < 3; batch++) await openNext()

    assert.deepEqual(await answers, [2, 4, 6])
    assert.deepEqual(batches, [[1], [2], [3]])
  })

  it('waits for others, but not longer than it may', async () => {
    const {batches, call, openNext} = gated({most: 10, withinMs: 20})
    const startedAt = performance.now()

    const first = call(1)
    await nextTurn()
    const second = call(2)
    while (batches.length === 0) await nextTurn()
    const waitedMs = performance.now() - startedAt
    await openNext()

    assert.deepEqual(await Promise.all([first, second]), [2, 4])
    assert.deepEqual(batches, [[1, 2]])
    assert.ok(waitedMs >= 19, `${waitedMs} ms`)
  })

  it('starts a full batch at once, and the next one in its own time', async () => {
    const {batches, call, openNext} = gated({most: 2, withinMs: 20, parallel: Infinity})

    const full = Promise.all([call(1), call(2)])
    const lone = call(3)
    assert.deepEqual(batches, [[1, 2]])
    while (batches.length < 2) await nextTurn()
    await openNext()
    await openNext()

    assert.deepEqual([await full, await lone], [[2, 4], 6])
    assert.deepEqual(batches, [[1, 2], [3]])
  })
})

/** Lets timers have their turn. */
const nextTurn = async () => new Promise<void>((done) => setImmediate(done))
