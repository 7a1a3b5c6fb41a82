import assert from 'node:assert/strict'
import type {Target} from '#lib/sandbox/erp/faults/aim.js'
import {type FaultInput, scheduleSchema} from '#lib/sandbox/erp/faults/fault.js'
import {FaultList} from '#lib/sandbox/erp/faults/fault-list.js'

function setup(faults: readonly FaultInput[], seed = 1): FaultList {
  const list = new FaultList(1)
  list.replace(scheduleSchema.parse({seed, faults}))
  return list
}

const post = (body = ''): Target => ({
  face: 'odata',
  method: 'POST',
  address: '/so/A_SalesOrder',
  body,
  does: ['write', 'commit'],
})

describe('FaultList', () => {
  it('strikes once unless told otherwise, and in the order set', () => {
    const list = setup([{kind: 'hang', count: 2}, {kind: 'unavailable'}])

    const struck = [1, 2, 3, 4].map(() => list.takeTransport(post())?.kind)

    assert.deepEqual(struck, ['hang', 'hang', 'unavailable', undefined])
    assert.deepEqual(list.injected(), {hang: 2, unavailable: 1})
  })

  it('strikes the same requests again with the same seed, and others with another', () => {
    const run = (seed: number) => {
      const list = setup([{kind: 'throttle', rate: 0.3}], seed)
      return Array.from({length: 200}, () => list.takeTransport(post()) !== undefined)
    }

    const first = run(7)
    const share = first.filter(Boolean).length / first.length

    assert.deepEqual(run(7), first)
    assert.notDeepEqual(run(8), first)
    assert.ok(share > 0.2 && share < 0.4, `struck ${share}`)
  })

  it('never strikes at rate 0, always at rate 1, and no more than count', () => {
    const list = setup([
      {kind: 'hang', rate: 0},
      {kind: 'throttle', rate: 1, count: 2},
    ])

    assert.deepEqual(
      [1, 2, 3].map(() => list.takeTransport(post())?.kind),
      ['throttle', 'throttle', undefined],
    )
  })

  it('adds latencies up and still lets another fault strike', () => {
    const list = setup([{kind: 'latency', ms: 20, rate: 1}, {kind: 'latency', ms: 5}, {kind: 'hang'}])

    assert.deepEqual(
      [list.takeLatencyMs(post()), list.takeLatencyMs(post()), list.takeTransport(post())?.kind],
      [25, 20, 'hang'],
    )
  })

  it('keeps faults around SAP apart from those inside it', () => {
    const list = setup([{kind: 'lock'}, {kind: 'hang'}])

    assert.deepEqual([list.takeTransport(post())?.kind, list.takeRefusal(post())?.kind], ['hang', 'lock'])
  })

  it('ends what hangs when the faults are cleared', () => {
    const list = setup([{kind: 'hang'}])
    const {cleared} = list

    list.clear()

    assert.deepEqual([cleared.aborted, list.cleared.aborted, list.list()], [true, false, []])
  })

  it('neither strikes with nor counts a fault that the face does not know', () => {
    const list = setup([{kind: 'throttle'}, {kind: 'truncated-body'}, {kind: 'dump', key: 'TIME_OUT'}])
    const invoke: Target = {face: 'rfc', method: 'INVOKE', address: 'RFC_PING', body: '', does: []}

    const onRfc = [list.takeSession(invoke)?.kind, list.takeSession(invoke)?.kind]
    const onOdata = [1, 2, 3].map(() => list.takeTransport(post())?.kind)

    assert.deepEqual(onRfc, ['dump', undefined])
    assert.deepEqual(onOdata, ['throttle', 'truncated-body', undefined])
    assert.deepEqual(list.injected(), {dump: 1, throttle: 1, 'truncated-body': 1})
  })
})
