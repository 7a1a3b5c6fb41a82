import assert from 'node:assert/strict'
import {Bell} from '#lib/broker/bell.js'

describe('Bell', () => {
  it('wakes everybody who waits, in order, and nobody later', async () => {
    const bell = new Bell()
    const woken: string[] = []
    const first = bell.heard({}).then(() => woken.push('first'))
    const second = bell.heard({}).then(() => woken.push('second'))

    bell.ring()
    await Promise.all([first, second])
    const third = bell.heard({timeoutMs: 1}).then(() => woken.push('third, by its timeout'))
    await third

    assert.deepEqual(woken, ['first', 'second', 'third, by its timeout'])
  })

  it('lets go when the signal aborts, before or while it waits', async () => {
    const bell = new Bell()
    const stopping = new AbortController()
    const waiting = bell.heard({signal: stopping.signal})

    stopping.abort()

    await waiting
    await bell.heard({signal: stopping.signal})
  })
})
