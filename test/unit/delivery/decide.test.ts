import assert from 'node:assert/strict'
import {decideAfterCall, decideAfterProbe, type Decision, type History, type Policy} from '#lib/delivery/decide.js'
import type {ProbeOutcome} from '#lib/erp/connector.js'
import {executedAnswers, type Failure, failureClasses} from '#lib/kernel/failure.js'
import {failure} from '../../support/failure.js'

const hour = 3_600_000
const policy: Policy = {
  retry: {delays: [5000, 30_000, 120_000], attempts: 4, maxAge: hour, immediate: [], byClass: {}},
  settleMs: 30_000,
}
const fresh: History = {attempts: 1, strikes: 0, resends: 0, ageMs: 0}
const old: History = {...fresh, ageMs: hour + 1}

const afterFailure = (changes: Partial<Failure>, history = fresh, random = 0.9): Decision =>
  decideAfterCall({kind: 'failed', failure: failure(changes)}, history, policy, random)

describe('decideAfterCall', () => {
  it('takes what SAP booked for synced, with its number and remarks', () => {
    assert.deepEqual(decideAfterCall({kind: 'done', documentNumber: '4711', answer: {a: 1}}, fresh, policy, 0), {
      kind: 'synced',
      documentNumber: '4711',
      answer: {a: 1},
    })
  })

  it('asks after the settle time what became of a document that SAP decides on later', () => {
    const decision = decideAfterCall({kind: 'accepted', documentNumber: '42'}, fresh, policy, 0)

    assert.ok(decision.kind === 'look_up')
    assert.equal(decision.waitMs, 30_000)
    assert.deepEqual([decision.failure.class, decision.failure.executed], ['in_doubt', 'unknown'])
    assert.match(decision.failure.text, /42/)
  })

  for (const [given, history, wanted] of [
    [{class: 'transient'}, fresh, 'retry'],
    [{class: 'transient'}, {...fresh, strikes: 2}, 'retry'],
    [{class: 'transient'}, {...fresh, strikes: 3}, 'bury'],
    [{class: 'transient'}, old, 'bury'],
    [{class: 'transient', mostAttempts: 2}, fresh, 'retry'],
    [{class: 'transient', mostAttempts: 2}, {...fresh, strikes: 1}, 'bury'],
    [{class: 'transient', mostAttempts: 9}, {...fresh, strikes: 3}, 'bury'],
    [{class: 'transient', code: 'rfc:PROCESS_ENDED'}, {...fresh, strikes: 3}, 'postpone'],
    [{class: 'transient', retryAfterMs: 1000}, {...fresh, strikes: 3}, 'postpone'],
    [{class: 'transient', retryAfterMs: 1000}, old, 'bury'],
    [{class: 'conflict'}, fresh, 'retry'],
    [{class: 'conflict'}, {...fresh, strikes: 3}, 'bury'],
    [{class: 'throttled'}, {...fresh, strikes: 3}, 'postpone'],
    [{class: 'throttled'}, old, 'bury'],
    [{class: 'permanent'}, fresh, 'bury'],
    [{class: 'permanent', executed: 'yes'}, fresh, 'bury'],
    [{class: 'config'}, fresh, 'postpone'],
    [{class: 'config'}, old, 'postpone'],
    [{class: 'in_doubt', executed: 'unknown'}, fresh, 'look_up'],
    [{class: 'in_doubt', executed: 'unknown'}, {...old, strikes: 3, resends: 1}, 'look_up'],
    [{class: 'transient', executed: 'unknown'}, fresh, 'look_up'],
    [{class: 'throttled', executed: 'yes'}, fresh, 'look_up'],
  ] as const satisfies readonly (readonly [Partial<Failure>, History, Decision['kind']])[]) {
    it(`answers ${JSON.stringify(given)} at ${JSON.stringify(history)} with ${wanted}`, () => {
      assert.equal(afterFailure(given, history).kind, wanted)
    })
  }

  it('climbs the tiers with the strikes and stays on the last one', () => {
    const tiers = [0, 1, 2, 3, 9].map((strikes) => {
      const decision = decideAfterCall(
        {kind: 'failed', failure: failure()},
        {...fresh, strikes},
        {
          ...policy,
          retry: {...policy.retry, attempts: 100},
        },
        0.9,
      )
      return decision.kind === 'retry' && decision.tierMs
    })

    assert.deepEqual(tiers, [5000, 30_000, 120_000, 120_000, 120_000])
  })

  it('takes the ladder of the failure class where it has one of its own', () => {
    const byClass = {conflict: {delays: [50], attempts: 2}}
    const own = {...policy, retry: {...policy.retry, byClass}}
    const after = (failureClass: 'conflict' | 'transient', strikes: number) =>
      decideAfterCall({kind: 'failed', failure: failure({class: failureClass})}, {...fresh, strikes}, own, 0.9)

    const decisions = [after('conflict', 0), after('conflict', 1), after('transient', 1)].map((decision) =>
      decision.kind === 'retry' ? decision.tierMs : decision.kind,
    )
    assert.deepEqual(decisions, [50, 'bury', 30_000])
  })

  it('takes the next longer tier now and then, so that a crowd does not come back at once', () => {
    const decision = afterFailure({}, fresh, 0.1)

    assert.equal(decision.kind === 'retry' && decision.tierMs, 30_000)
  })

  it('waits as long as SAP asks for', () => {
    const decision = afterFailure({class: 'throttled', retryAfterMs: 7000})

    assert.equal(decision.kind === 'postpone' && decision.waitMs, 7000)
  })
})

describe('decideAfterProbe', () => {
  const several: ProbeOutcome = {kind: 'several', documentNumbers: ['1', '2']}
  const pending: ProbeOutcome = {kind: 'pending', failure: failure({code: 'idoc:64'})}
  const refused: ProbeOutcome = {kind: 'refused', failure: failure({code: 'sap:VP/204', executed: 'unknown'})}
  const failed = (changes: Partial<Failure> = {}): ProbeOutcome => ({
    kind: 'failed',
    failure: failure({stage: 'probe', ...changes}),
  })

  for (const [outcome, history, wanted] of [
    [{kind: 'found', documentNumber: '1'}, old, 'synced'],
    [{kind: 'absent'}, fresh, 'resend'],
    [{kind: 'absent'}, {...fresh, strikes: 3}, 'resend'],
    [{kind: 'absent'}, {...fresh, strikes: 4}, 'bury'],
    [{kind: 'absent'}, {...fresh, resends: 1}, 'bury'],
    [{kind: 'absent'}, old, 'bury'],
    [several, fresh, 'bury'],
    [{kind: 'repeatable'}, fresh, 'resend'],
    [{kind: 'repeatable'}, {...fresh, strikes: 2, resends: 2}, 'resend'],
    [{kind: 'repeatable'}, {...fresh, strikes: 3}, 'bury'],
    [{kind: 'repeatable'}, old, 'bury'],
    [pending, {...fresh, strikes: 9, resends: 1}, 'look_up'],
    [pending, old, 'bury'],
    [refused, fresh, 'bury'],
    [failed(), fresh, 'look_up'],
    [failed({class: 'permanent'}), fresh, 'look_up'],
    [failed(), old, 'bury'],
    [failed({class: 'config'}), old, 'look_up'],
  ] as const satisfies readonly (readonly [ProbeOutcome, History, Decision['kind']])[]) {
    it(`answers ${JSON.stringify(outcome)} at ${JSON.stringify(history)} with ${wanted}`, () => {
      assert.equal(decideAfterProbe(outcome, history, policy).kind, wanted)
    })
  }

  it('asks ever less often for what SAP has not decided on, and never sooner than after the settle time', () => {
    const long = {...policy, retry: {...policy.retry, maxAge: 24 * hour}}

    const waits = [0, 60_000, 400_000, hour, 10 * hour].map((ageMs) => {
      const decision = decideAfterProbe(pending, {...fresh, ageMs}, long)
      return decision.kind === 'look_up' && decision.waitMs
    })

    assert.deepEqual(waits, [30_000, 30_000, 100_000, 600_000, 600_000])
  })

  it('gives SAP’s own word for what it has and does not book', () => {
    for (const [outcome, history] of [
      [refused, fresh],
      [pending, old],
    ] as const) {
      const decision = decideAfterProbe(outcome, history, policy)

      assert.ok(decision.kind === 'bury' && 'failure' in outcome)
      assert.deepEqual(decision.failure, outcome.failure)
    }
  })

  it('names all documents where SAP has several', () => {
    const decision = decideAfterProbe(several, fresh, policy)

    assert.ok(decision.kind === 'bury')
    assert.equal(decision.failure.code, 'probe:duplicate_suspected')
    assert.match(decision.failure.text, /1, 2/)
  })

  it('lets nobody take a letter of doubt for one that can be sent without asking', () => {
    for (const kind of ['absent', 'repeatable'] as const) {
      for (const history of [old, {...fresh, strikes: 4, resends: 1}]) {
        const decision = decideAfterProbe({kind}, history, policy)

        assert.ok(decision.kind === 'bury' && decision.failure.executed === 'unknown')
      }
    }
  })
})

describe('all decisions together', () => {
  const histories = [0, 1, 2, 3, 4].flatMap((strikes) =>
    [0, 1].flatMap((resends) => [0, hour, hour + 1].map((ageMs) => ({attempts: 1, strikes, resends, ageMs}))),
  )
  const failures = failureClasses.flatMap((kind) =>
    executedAnswers.flatMap((executed) =>
      [undefined, 1000].map((retryAfterMs) =>
        failure({class: kind, executed, ...(retryAfterMs === undefined ? {} : {retryAfterMs})}),
      ),
    ),
  )

  it('never send again what SAP may have before SAP was asked', () => {
    const wrong = failures
      .filter(({executed}) => executed !== 'no')
      .flatMap((given) =>
        histories.map((history) => decideAfterCall({kind: 'failed', failure: given}, history, policy, 0.5).kind),
      )
      .filter((kind) => ['retry', 'postpone', 'resend', 'synced'].includes(kind))

    assert.deepEqual(wrong, [])
  })

  it('send a message again no more often than its attempts and the one resend allow, whatever SAP answers', () => {
    for (const attempts of [1, 2, 4]) {
      const bounded = {...policy, retry: {...policy.retry, attempts}}
      assert.ok(mostCalls(fresh, bounded) <= attempts + 1, `attempts: ${attempts}`)
    }
  })
})

/** The most calls any sequence of failures can lead to, postponements apart: those are bounded by age. */
function mostCalls(history: History, bounded: Policy): number {
  const decisions = [
    decideAfterCall({kind: 'failed', failure: failure()}, history, bounded, 0.5),
    decideAfterProbe({kind: 'absent'}, history, bounded),
    decideAfterProbe({kind: 'repeatable'}, history, bounded),
  ]
  const further = decisions.map((decision) => {
    if (decision.kind === 'retry') return mostCalls({...history, strikes: history.strikes + 1}, bounded)
    if (decision.kind !== 'resend') return 0
    return mostCalls({...history, strikes: history.strikes + 1, resends: history.resends + 1}, bounded)
  })
  return 1 + Math.max(...further)
}
