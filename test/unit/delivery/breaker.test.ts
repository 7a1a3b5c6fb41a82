import assert from 'node:assert/strict'
import {breakerAfter, type BreakerEvent} from '#lib/delivery/breaker.js'
import type {BreakerState} from '#lib/ledger/destinations.js'

const settings = {failures: 3, within: 60_000, probeEvery: 30_000}
const noon = new Date('2026-03-02T12:00:00Z')
const later = (ms: number): Date => new Date(noon.getTime() + ms)
const closed: BreakerState = {kind: 'closed', failures: null}
const failures = {count: 3, lastAt: noon, lastCode: 'net:ECONNREFUSED'}
const open: BreakerState = {kind: 'open', failures, openedAt: noon, probeAt: later(30_000)}
const halfOpen: BreakerState = {
  kind: 'half_open',
  failures,
  openedAt: noon,
  probeOwner: 'host:1',
  probeUntil: later(90_000),
}

function away(changes: Partial<Extract<BreakerEvent, {kind: 'away'}>> = {}): BreakerEvent {
  return {kind: 'away', code: 'net:ECONNREFUSED', lastedMs: 0, retryAfterMs: 0, ...changes}
}

/** The state after one event after another, with the moment of each. */
function after(...events: readonly (readonly [BreakerEvent, number])[]): BreakerState {
  return events.reduce<BreakerState>((state, [event, ms]) => breakerAfter(event, state, settings, later(ms)), closed)
}

describe('breakerAfter', () => {
  it('opens on so many failures in a row, and says when to probe', () => {
    assert.deepEqual(after([away(), 0], [away(), 1000], [away({code: 'http:503'}), 2000]), {
      kind: 'open',
      failures: {count: 3, lastAt: later(2000), lastCode: 'http:503'},
      openedAt: later(2000),
      probeAt: later(32_000),
    })
  })

  it('begins to count anew after any sign of life', () => {
    assert.deepEqual(after([away(), 0], [away(), 1000], [{kind: 'alive'}, 2000]), closed)
    assert.equal(after([away(), 0], [away(), 1], [{kind: 'alive'}, 2], [away(), 3], [away(), 4]).kind, 'closed')
  })

  it('begins to count anew when the last failure is too long ago', () => {
    const state = after([away(), 0], [away(), 1000], [away(), 61_001])

    assert.deepEqual(state, {
      kind: 'closed',
      failures: {count: 1, lastAt: later(61_001), lastCode: 'net:ECONNREFUSED'},
    })
  })

  it('counts calls that run into their deadline one after the other, however long that is', () => {
    const timeout = away({code: 'net:TIMEOUT', lastedMs: 120_000})

    assert.equal(after([timeout, 0], [timeout, 120_500], [timeout, 241_000]).kind, 'open')
  })

  it('leaves the destination alone for as long as that asked for', () => {
    const state = after([away(), 0], [away(), 0], [away({retryAfterMs: 120_000}), 0])

    assert.deepEqual(state.kind === 'open' && state.probeAt, later(120_000))
  })

  it('takes no account of calls that were not made', () => {
    assert.equal(breakerAfter({kind: 'nothing'}, closed, settings, noon), closed)
    assert.equal(breakerAfter({kind: 'nothing'}, open, settings, noon), open)
  })

  it('stays open through failures of calls that were begun before', () => {
    assert.equal(breakerAfter(away(), open, settings, later(5000)), open)
  })

  it('brings the probe forward when a call begun before gets an answer', () => {
    assert.deepEqual(breakerAfter({kind: 'alive'}, open, settings, later(5000)), {...open, probeAt: later(5000)})
  })

  it('closes when the probe gets an answer', () => {
    assert.deepEqual(breakerAfter({kind: 'alive', prober: 'host:1'}, halfOpen, settings, later(1000)), closed)
  })

  it('opens again when the probe fails, and probes an interval later', () => {
    const event = away({prober: 'host:1', code: 'http:502'})

    assert.deepEqual(breakerAfter(event, halfOpen, settings, later(40_000)), {
      kind: 'open',
      failures: {count: 4, lastAt: later(40_000), lastCode: 'http:502'},
      openedAt: noon,
      probeAt: later(70_000),
    })
  })

  it('lets the next one probe at once when the probe was not made', () => {
    assert.deepEqual(breakerAfter({kind: 'nothing', prober: 'host:1'}, halfOpen, settings, later(1000)), {
      ...open,
      probeAt: later(1000),
    })
  })

  it('listens to nobody but the prober while half open', () => {
    const events: readonly BreakerEvent[] = [{kind: 'alive'}, away(), {kind: 'alive', prober: 'host:2'}]

    assert.deepEqual(
      events.map((event) => breakerAfter(event, halfOpen, settings, noon)),
      [halfOpen, halfOpen, halfOpen],
    )
  })
})
