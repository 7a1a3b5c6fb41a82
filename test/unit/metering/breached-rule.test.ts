import assert from 'node:assert/strict'
import {breachedRule, type FailureWords, type RecentOutcome} from '#lib/metering/breached-rule.js'
import type {StopRule} from '#lib/metering/guards.js'

const words: FailureWords = {failed: 'died again', failedNew: 'a letter died again for another reason than before'}
const outcomes = (text: string): readonly RecentOutcome[] =>
  text.split('').map((letter) => (letter === '.' ? 'ok' : letter === 'n' ? 'failed_new' : 'failed_same'))
const breach = (text: string, ...rules: readonly StopRule[]) =>
  breachedRule({recent: outcomes(text), erpSlow: null}, rules, words)

describe('breachedRule', () => {
  const share: StopRule = {kind: 'share', percent: 5}

  it('finds too large a share, once there are enough outcomes to tell', () => {
    assert.equal(breach('f.', share), undefined)
    assert.equal(breach(`f${'.'.repeat(19)}`, share), undefined)
    assert.equal(breach(`ff${'.'.repeat(18)}`, share), '2 of the last 20 died again, more than 5%')
  })

  it('does not wait for more outcomes where so many failures are too many whatever comes', () => {
    assert.equal(breach('fffff', share), undefined)
    assert.equal(breach('ffffff', share), '6 of the last 6 died again, more than 5%')
  })

  it('finds failures in a row, only at the end', () => {
    const rule: StopRule = {kind: 'consecutive', count: 3}

    assert.equal(breach('fff.ff', rule), undefined)
    assert.equal(breach('.fnf', rule), '3 in a row died again')
    assert.equal(breach('', rule), undefined)
  })

  it('finds a failure for another reason than before', () => {
    assert.equal(breach('fff', {kind: 'new_group'}), undefined)
    assert.equal(breach('n.', {kind: 'new_group'}), 'a letter died again for another reason than before')
  })

  it('passes on what is slow in SAP, but only if that was asked for', () => {
    const watched = {recent: [], erpSlow: 'the breaker of s4 is open'}

    assert.equal(breachedRule(watched, [{kind: 'erp_slow'}], words), 'the breaker of s4 is open')
    assert.equal(breachedRule(watched, [share], words), undefined)
  })
})
