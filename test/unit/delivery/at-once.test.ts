import assert from 'node:assert/strict'
import {callAgainAtOnce} from '#lib/delivery/at-once.js'
import type {SubmitOutcome} from '#lib/erp/connector.js'
import type {Failure} from '#lib/kernel/failure.js'
import {failure} from '../../support/failure.js'

const done: SubmitOutcome = {kind: 'done', documentNumber: '1'}
const failed = (changes: Partial<Failure>): SubmitOutcome => ({kind: 'failed', failure: failure(changes)})

describe('callAgainAtOnce', () => {
  it('calls again while a lock or a lost race stands in the way', async () => {
    const lock = failed({class: 'transient', code: 'sap:V1/042'})
    const race = failed({class: 'conflict', code: 'http:412'})

    assert.deepEqual(await outcomeOf([lock, race, done], [1, 1]), {outcome: done, calls: 3})
  })

  it('stops when its waits are used up', async () => {
    const lock = failed({class: 'transient', code: 'sap:V1/042'})

    assert.deepEqual(await outcomeOf([lock, lock, done], [1]), {outcome: lock, calls: 2})
  })

  for (const changes of [
    {class: 'in_doubt', executed: 'unknown', code: 'net:ECONNRESET'},
    {class: 'transient', executed: 'unknown', code: 'sap:V1/042'},
    {class: 'transient', executed: 'no', code: 'net:ECONNREFUSED'},
    {class: 'transient', executed: 'no', code: 'sap:V1/042', retryAfterMs: 1000},
    {class: 'permanent', executed: 'no', code: 'sap:V1/302'},
  ] as const) {
    it(`does not call again after ${JSON.stringify(changes)}`, async () => {
      assert.equal((await outcomeOf([failed(changes), done], [1, 1])).calls, 1)
    })
  }
})

async function outcomeOf(outcomes: readonly SubmitOutcome[], waitsMs: readonly number[]) {
  let calls = 0
  const outcome = await callAgainAtOnce(
    async () => {
      calls += 1
      return outcomes[calls - 1] ?? done
    },
    waitsMs,
    new AbortController().signal,
  )
  return {outcome, calls}
}
