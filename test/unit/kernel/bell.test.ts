import assert from 'node:assert/strict'
import {createBell} from '#lib/kernel/bell.js'

describe('createBell', () => {
  const never = new AbortController().signal
  const hour = 3_600_000

  it('wakes who waits', async () => {
    const bell = createBell()
    const waiting = bell.wait(hour, never)

    bell.ring()

    await waiting
  })

  it('does not lose a ring that nobody waited for, and wakes once for it', async () => {
    const bell = createBell()
    bell.ring()
    bell.ring()

    await bell.wait(hour, never)

    const startedAt = performance.now()
    await bell.wait(30, never)
    assert.ok(performance.now() - startedAt >= 25)
  })

  it('ends the wait when the signal aborts, before or meanwhile', async () => {
    const bell = createBell()
    const stop = new AbortController()
    const waiting = bell.wait(hour, stop.signal)

    stop.abort()

    await waiting
    await bell.wait(hour, stop.signal)
  })
})
