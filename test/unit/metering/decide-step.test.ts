import assert from 'node:assert/strict'
import {decideStep as decide, rampShare, type Standing} from '#lib/metering/decide-step.js'
import {type Guards, noGuards} from '#lib/metering/guards.js'

const standing = (changes: Partial<Standing> = {}): Standing => ({
  items: 2000,
  pending: 2000,
  inFlight: 0,
  round: {sent: 0, ok: 0, failed: 0},
  canaryPassed: false,
  canarySentAgoMs: null,
  recent: [],
  erpSlow: null,
  allowed: Number.MAX_SAFE_INTEGER,
  ...changes,
})
const decideStep = (at: Standing, by: Guards) => decide(at, by, {failed: 'died again', failedNew: 'for another reason'})
const guards = (changes: Partial<Guards>): Guards => ({...noGuards, ...changes})

describe('decideStep', () => {
  it('sends what is there, but keeps no more on its way than its guards say', () => {
    const steps = [
      decideStep(standing({pending: 40}), noGuards),
      decideStep(standing({pending: 5000}), noGuards),
      decideStep(standing({inFlight: 15}), guards({maxInFlight: 20})),
      decideStep(standing({inFlight: 25}), guards({maxInFlight: 20})),
      decideStep(standing({allowed: 3}), guards({ratePerS: 10})),
      decideStep(standing({allowed: 0}), guards({ratePerS: 10})),
    ]

    assert.deepEqual(steps, [
      {kind: 'send', most: 40},
      {kind: 'send', most: 2000},
      {kind: 'send', most: 5},
      {kind: 'wait'},
      {kind: 'send', most: 3},
      {kind: 'wait'},
    ])
  })

  describe('with a canary', () => {
    const withCanary = guards({canary: 5, canaryWaitMs: 60_000})
    const after = (sent: number, ok: number, failed: number, changes: Partial<Standing> = {}) =>
      decideStep(
        standing({round: {sent, ok, failed}, inFlight: sent - ok - failed, pending: 2000 - sent, ...changes}),
        withCanary,
      )

    it('sends it, and nothing beside it before all of it ended well', () => {
      const steps = [after(0, 0, 0), after(3, 1, 0), after(5, 4, 0, {canarySentAgoMs: 1000}), after(5, 5, 0)]

      assert.deepEqual(steps, [{kind: 'send', most: 5}, {kind: 'send', most: 2}, {kind: 'wait'}, {kind: 'pass_canary'}])
    })

    it('stops at the first that dies again', () => {
      const step = after(5, 3, 1)

      assert.deepEqual(step, {kind: 'stop', why: 'canary: 1 of 5 died again'})
    })

    it('stops when it has no outcome in time', () => {
      const step = after(5, 3, 0, {canarySentAgoMs: 60_001})

      assert.deepEqual(step, {kind: 'stop', why: 'canary: 2 of 5 had no outcome within 60 s'})
    })

    it('sends the rest once it has passed', () => {
      const step = after(5, 5, 0, {canaryPassed: true})

      assert.deepEqual(step, {kind: 'send', most: 1995})
    })

    it('waits for all of them where there are fewer letters than the canary has', () => {
      const step = after(3, 2, 0, {items: 3, pending: 0, canarySentAgoMs: 10})

      assert.deepEqual(step, {kind: 'wait'})
    })
  })

  describe('with a ramp', () => {
    it('keeps a tenth on its way at first, and all once a fifth has ended well', () => {
      const ramped = guards({ramp: true, maxInFlight: 200})
      const most = [0, 20, 100, 400].map((ok) => {
        const step = decideStep(standing({round: {sent: ok, ok, failed: 0}}), ramped)
        return step.kind === 'send' ? step.most : step.kind
      })

      assert.deepEqual(most, [20, 50, 100, 200])
    })

    it('counts only what ended well', () => {
      const share = rampShare({items: 100, round: {sent: 50, ok: 0, failed: 50}})

      assert.equal(share, 0.1)
    })

    it('always lets one go', () => {
      const step = decideStep(standing(), guards({ramp: true, maxInFlight: 2}))

      assert.deepEqual(step, {kind: 'send', most: 1})
    })
  })

  it('stops by a rule even where more might be sent', () => {
    const step = decideStep(
      standing({recent: ['ok', 'failed_same', 'failed_same', 'failed_same']}),
      guards({stopOn: [{kind: 'consecutive', count: 3}]}),
    )

    assert.deepEqual(step, {kind: 'stop', why: '3 in a row died again'})
  })
})
