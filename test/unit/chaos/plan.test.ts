import assert from 'node:assert/strict'
import {callTimeoutMs, flowsIn, type FlowSet, settleMs} from '../../chaos/flows.js'
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

  it('has the failures of RFC strike where flows go by RFC, and those of OData where flows go by OData', () => {
    const kindsOf = (flows: FlowSet) => new Set(makePlan({...input, flows, minutes: 0.1}).strikes.map(nameOf))

    assert.deepEqual(kindsOf('rfc'), new Set([...everyKind.filter((kind) => !onlyOdata.has(kind)), ...onlyRfc]))
    assert.deepEqual(kindsOf('all'), new Set([...everyKind, ...onlyRfc]))
  })

  it('has documents of exactly the flows that take part, and as many in all', () => {
    for (const flows of ['rfc', 'all'] as const) {
      const {documents} = makePlan({...input, flows})

      assert.deepEqual(new Set(documents.map(({flow}) => flow)), new Set(flowsIn(flows)))
      assert.equal(documents.filter(({fate}) => fate !== 'refused').length, 500)
    }
  })

  it('freezes the process of RFC for longer than a call and its grace', () => {
    const {strikes} = makePlan({...input, flows: 'rfc', minutes: 30})
    const freezes = strikes.flatMap((strike) => (strike.kind === 'rfc-child-freeze' ? [strike.forMs] : []))

    assert.ok(freezes.length > 20)
    assert.ok(Math.min(...freezes) > callTimeoutMs + 5000)
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

const onlyOdata: ReadonlySet<string> = new Set(['expired-session', 'throttle', 'truncated-body'])
const onlyRfc = ['dump', 'logon-refused', 'rfc-child-freeze', 'rfc-child-kill']
