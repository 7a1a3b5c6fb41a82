import assert from 'node:assert/strict'
import {pauseDeliveries, resumeDestination, resumeFlow} from '#lib/delivery/pauses.js'
import {listTrail} from '#lib/ledger/trail-records.js'
import {openLedger, type TestLedger} from '../../support/ledger.js'
import {ada} from '../../support/operator.js'

describe('pauseDeliveries and resuming', function () {
  this.timeout(30_000)
  let ledger: TestLedger
  beforeEach(async () => {
    ledger = await openLedger()
  })
  afterEach(async () => ledger.close())

  const trail = async () => {
    const filter = {sinceMs: null, actor: null, action: null, flow: null, messageId: null, operationId: null}
    const entries = await listTrail(ledger.database, {...filter, before: null, limit: 10})
    return entries.map(({action, flow, before, after}) => ({action, flow, before, after})).toReversed()
  }

  it('write to the trail which pause took the place of which', async () => {
    const first = await pauseDeliveries(ledger.database, {scope: 'flow', name: 'orders', forMs: null}, ada)
    const bob = {...ada, actor: 'bob', reason: 'longer'}
    const second = await pauseDeliveries(ledger.database, {scope: 'flow', name: 'orders', forMs: 60_000}, bob)

    await resumeFlow(ledger.database, 'orders', ada)

    const told = [
      {by: 'ada', at: first.at.toISOString(), until: null, reason: 'because'},
      {by: 'bob', at: second.at.toISOString(), until: second.until?.toISOString(), reason: 'longer'},
    ]
    const [none, one, two] = [null, ...told].map((pause) => ({flow: 'orders', pause}))
    assert.deepEqual(await trail(), [
      {action: 'flow.pause', flow: 'orders', before: none, after: one},
      {action: 'flow.pause', flow: 'orders', before: one, after: two},
      {action: 'flow.resume', flow: 'orders', before: two, after: none},
    ])
  })

  it('write of a destination how its breaker stood', async () => {
    await pauseDeliveries(ledger.database, {scope: 'destination', name: 's4', forMs: null}, ada)

    await resumeDestination(ledger.database, 's4', ada)

    const [paused, resumed] = await trail()
    assert.deepEqual([paused?.action, paused?.flow, paused?.after?.destination], ['destination.pause', null, 's4'])
    assert.deepEqual(
      {...resumed, before: {...resumed?.before, pause: typeof resumed?.before?.pause}},
      {
        action: 'destination.resume',
        flow: null,
        before: {destination: 's4', pause: 'object', breaker: 'closed'},
        after: {destination: 's4', pause: null, probesNow: false},
      },
    )
  })

  it('write nothing where nothing was paused', async () => {
    await resumeFlow(ledger.database, 'orders', ada)
    await resumeDestination(ledger.database, 's4', ada)

    assert.deepEqual(await trail(), [])
  })
})
