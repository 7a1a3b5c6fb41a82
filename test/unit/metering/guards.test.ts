import assert from 'node:assert/strict'
import {isMetered, noGuards, parseRate, parseStopRules, readGuards, stopRuleText} from '#lib/metering/guards.js'

describe('parseStopRules', () => {
  it('reads what a person writes, and writes it the same way', () => {
    const rules = parseStopRules('5%|3 consecutive | new-group,erp-slow')

    assert.deepEqual(rules, [
      {kind: 'share', percent: 5},
      {kind: 'consecutive', count: 3},
      {kind: 'new_group'},
      {kind: 'erp_slow'},
    ])
    assert.deepEqual(rules.map(stopRuleText), ['5%', '3 consecutive', 'new-group', 'erp-slow'])
  })

  for (const text of ['', '5', '500%', '0 consecutive', 'consecutive', '5%|', 'slow', '5%%']) {
    it(`does not read "${text}"`, () => {
      assert.equal(parseStopRules(text), undefined)
    })
  }
})

describe('parseRate', () => {
  it('reads letters by second, minute and hour', () => {
    assert.deepEqual(['10', '10/s', '90/m', '1800/h', '0.5/s'].map(parseRate), [10, 10, 1.5, 0.5, 0.5])
  })

  it('reads nothing that is no rate, or none at all', () => {
    assert.deepEqual(
      ['', '0', '0/s', '-1', '10/d', 'fast', '1e3'].map(parseRate),
      Array.from({length: 7}, () => undefined),
    )
  })
})

describe('readGuards', () => {
  it('reads what was kept, and what an operation without guards keeps', () => {
    const kept = {...noGuards, canary: 5, stopOn: [{kind: 'share', percent: 2.5}]}

    assert.deepEqual(readGuards(JSON.parse(JSON.stringify(kept))), kept)
    assert.deepEqual(readGuards({}), noGuards)
  })
})

describe('isMetered', () => {
  it('is so as soon as anything bounds the pace or may stop it', () => {
    assert.equal(isMetered(noGuards), false)
    for (const guard of [{canary: 1}, {ratePerS: 1}, {ramp: true}, {perKey: 2}, {maxInFlight: 1}]) {
      assert.equal(isMetered({...noGuards, ...guard}), true)
    }
    assert.equal(isMetered({...noGuards, stopOn: [{kind: 'new_group'}]}), true)
  })
})
