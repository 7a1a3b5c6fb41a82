import assert from 'node:assert/strict'
import {settleMs} from '../../chaos/flows.js'
import {makePlan} from '../../chaos/plan.js'
import type {Strike} from '../../chaos/strike.js'

const input = {seed: 7, minutes: 1, messages: 500, flows: 'odata'} as const

describe('makePlan', () => {
  it('lays down the same run for the same input, and another for another seed', () => {
    const plan = makePlan(input)

    assert.deepEqual(makePlan(input), plan)
    assert.notDeepEqual(makePlan({...input, seed: 8}).strikes, plan.strikes)
    assert.notDeepEqual(makePlan({...input, seed: 8}).documents, plan.documents)
  })

  it('has as many documents that enter as were asked for, some that die and some that are refused', () => {
    const {documents} = makePlan(input)
    const countOf = (fate: string) => documents.filter((document) => document.fate === fate).length

    assert.equal(countOf('synced') + countOf('dead'), 500)
    assert.ok(countOf('dead') > 0)
    assert.ok(countOf('refused') > 0)
  })

  it('has every document pushed in the order of its versions, some of them twice', () => {
    const {documents, pushes} = makePlan(input)
    const pushed = pushes.flatMap((push) => push.documents)
    const firsts = [...new Set(pushed)].filter(({flow}) => flow.startsWith('partner'))

    assert.deepEqual(new Set(pushed), new Set(documents))
    assert.ok(pushed.length > documents.length)
    for (const {key, version} of firsts) {
      assert.deepEqual(
        firsts.filter((other) => other.key === key && other.version < version).map((other) => other.version),
        Array.from({length: version - 1}, (_, index) => index + 1),
        `${key} version ${version}`,
      )
    }
  })

  it('has every kind of failure strike at least once, however short the run, and all of them within it', () => {
    const {strikes, durationMs} = makePlan({...input, minutes: 0.1})

    assert.deepEqual(new Set(strikes.map(nameOf)), new Set(everyKind))
    assert.deepEqual(
      strikes.filter(({atMs}) => atMs < 0 || atMs > durationMs),
      [],
    )
  })

  it('has SAP work on for no longer than the settle time, and some calls for longer than their deadline', () => {
    const {strikes} = makePlan({...input, minutes: 30})
    const latencies = strikes.flatMap((strike) =>
      strike.kind === 'erp-fault' && strike.fault.kind === 'latency' ? [strike.fault.ms] : [],
    )

    assert.ok(latencies.length > 100)
    assert.ok(Math.max(...latencies) > 3000)
    assert.ok(Math.max(...latencies) < settleMs)
  })
})

function nameOf(strike: Strike): string {
  return strike.kind === 'erp-fault' ? strike.fault.kind : strike.kind
}

const everyKind = [
  'broker-crash',
  'broker-cut',
  'broker-stop',
  'business-error',
  'drop-after-commit',
  'drop-before-commit',
  'expired-session',
  'hang',
  'latency',
  'lock',
  'postgres-crash',
  'postgres-cut',
  'postgres-stop',
  'push-kill',
  'throttle',
  'truncated-body',
  'unavailable',
  'worker-kill',
  'worker-pause',
  'worker-zombie',
]
