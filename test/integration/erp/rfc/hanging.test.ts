import assert from 'node:assert/strict'
import {setTimeout as pause} from 'node:timers/promises'
import type {SubmitOutcome} from '#lib/erp/connector.js'
import {documentOf, never, onlyCalls, orderDocument, type RfcSetup, salesOrder, setupRfc} from './rfc-setup.js'

describe('submit by RFC on connections that hang', () => {
  let rfc: RfcSetup
  before(async function () {
    rfc = await setupRfc(this)
  })
  afterEach(async () => rfc.admin.reset())
  after(async () => rfc.close())

  /** Has a connection rest for so long that it is asked for a sign of life before it is used again. */
  const rested = async () => {
    const connector = rfc.connect(salesOrder(), rfc.destination({timeout: 1500}))
    await connector.prepare?.()
    assert.equal((await connector.submit(orderDocument('h/1'), never)).kind, 'done')
    await pause(restMs)
    return connector
  }

  it('takes a system for away that gives no sign of life, and tells the breaker so', async () => {
    const connector = await rested()
    await rfc.admin.setFaults({
      faults: [
        {kind: 'hang', method: 'PING', rate: 1},
        {kind: 'hang', method: 'OPEN', rate: 1},
      ],
    })

    const outcome = await connector.submit(orderDocument('h/2'), never)

    assert.equal(shown(outcome), 'transient no rfc:OPEN_TIMEOUT')
  })

  it('logs on anew where a connection that rested was cut in silence', async () => {
    const connector = await rested()
    await rfc.admin.setFaults({faults: [{kind: 'hang', method: 'PING', rate: 1}]})

    const outcome = await connector.submit(orderDocument('h/3'), never)

    assert.equal(shown(outcome), 'done')
  })

  it('gets over logons that hang for ever and take all connections', async () => {
    const narrow = rfc.destination({timeout: 1500, limits: {concurrency: 2, closed: []}})
    const connector = rfc.connect(salesOrder(), narrow)
    await connector.prepare?.()
    await connector.submit(orderDocument('h/4'), never)
    const dropping = rfc.connect(onlyCalls('Z_SIM_DROP'), narrow)
    // The first leaves at most one connection behind, the others none.
    for (const at of [1, 2]) {
      await Promise.all(Array.from({length: at}, async () => dropping.submit(documentOf('h/5', {}), never)))
    }
    await rfc.admin.setFaults({faults: [{kind: 'hang', method: 'OPEN', count: 2}]})

    const waiting = ['h/6', 'h/7', 'h/8'].map(async (reference) => connector.submit(orderDocument(reference), never))
    const outcomes = await Promise.all(waiting)
    const next = await connector.submit(orderDocument('h/9'), never)

    assert.deepEqual(outcomes.map(shown), [
      'transient no rfc:OPEN_TIMEOUT',
      'transient no rfc:OPEN_TIMEOUT',
      'throttled no rfc:BUSY',
    ])
    assert.equal(shown(next), 'done')
  })
})

function shown(outcome: SubmitOutcome): string {
  if (outcome.kind !== 'failed') return outcome.kind
  const {class: kind, executed, code} = outcome.failure
  return `${kind} ${executed} ${code}`
}

/** More than the second after which a connection counts as rested. */
const restMs = 1200
