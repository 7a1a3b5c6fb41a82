import assert from 'node:assert/strict'
import {decideAfterCall, decideAfterProbe, type History} from '#lib/delivery/decide.js'
import type {Failure} from '#lib/kernel/failure.js'

const hour = 3_600_000
const retry = {delays: [5000, 30_000, hour], attempts: 3, maxAge: 24 * hour, immediate: [], byClass: {}}
const policy = {retry, settleMs: 30_000, isPatient: false}
const fresh: History = {attempts: 1, strikes: 0, resends: 0, ageMs: 1000}

function failure(changes: Partial<Failure> = {}): Failure {
  return {class: 'transient', executed: 'no', code: 'net:ECONNREFUSED', text: '', stage: 'call', ...changes}
}

function decide(history: Partial<History>, changes: Partial<Failure> = {}) {
  return decideAfterCall({kind: 'failed', failure: failure(changes)}, {...fresh, ...history}, policy, 0.5)
}

describe('decideAfterCall while SAP is away', () => {
  it('postpones without a strike, however many strikes and attempts there were', () => {
    assert.deepEqual(
      [decide({}), decide({attempts: 40, strikes: 2}), decide({}, {code: 'http:502'})].map(({kind}) => kind),
      ['postpone', 'postpone', 'postpone'],
    )
  })

  it('waits longer with every call, and never so long that the return goes unnoticed', () => {
    const waits = [1, 2, 3, 40].map((attempts) => {
      const decision = decide({attempts})
      return decision.kind === 'postpone' && decision.waitMs
    })

    assert.deepEqual(waits, [5000, 30_000, 120_000, 120_000])
  })

  it('waits as long as SAP asks for', () => {
    const asked = failure({code: 'http:503', retryAfterMs: 900_000})

    assert.deepEqual(decide({}, asked), {kind: 'postpone', failure: asked, waitMs: 900_000})
  })

  it('gives up what has become too old', () => {
    assert.equal(decide({ageMs: 25 * hour}).kind, 'bury')
  })

  it('counts a strike for what SAP itself has refused for now', () => {
    assert.equal(decide({}, {code: 'sap:V1/042'}).kind, 'retry')
  })
})

describe('decideAfterProbe', () => {
  it('keeps a message in doubt where SAP refuses the look-up, whatever its age', () => {
    const refused = failure({class: 'config', code: 'http:401', stage: 'probe'})
    const decision = decideAfterProbe({kind: 'failed', failure: refused}, {...fresh, ageMs: 48 * hour}, policy)

    assert.equal(decision.kind, 'look_up')
  })
})
