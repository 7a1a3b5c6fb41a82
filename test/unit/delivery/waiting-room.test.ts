import assert from 'node:assert/strict'
import {type Admission, type Conditions, WaitingRoom} from '#lib/delivery/waiting-room.js'

const open: Conditions = {door: 'open', pausedFlows: new Set(), slots: 1, perSecond: undefined}

function setup(first: Partial<Conditions> = {}, maxWaitMs = 60_000) {
  let conditions: Conditions = {...open, ...first}
  const events: string[] = []
  const room = new WaitingRoom({
    conditions: () => conditions,
    requestProbe: () => events.push('probe?'),
    onFull: () => events.push('full'),
    maxWaitMs,
  })
  const ended: string[] = []
  const enter = async (name: string, flow = name.slice(0, 1)): Promise<Admission> => {
    const admission = await room.enter(flow)
    ended.push(admission === 'admitted' ? name : `${name}:${admission}`)
    return admission
  }
  return {
    room,
    events,
    ended,
    enter,
    change: (changes: Partial<Conditions>) => {
      conditions = {...conditions, ...changes}
      room.admit()
    },
  }
}

/** Lets everything happen that needs no time. */
async function settled(): Promise<void> {
  await new Promise((done) => setImmediate(done))
}

describe('WaitingRoom', () => {
  it('lets in as many as there are slots, and the next when one leaves', async () => {
    const {room, enter, ended, events} = setup({slots: 2})
    for (const name of ['a1', 'a2', 'a3']) void enter(name)
    await settled()
    const before = [...ended]

    room.leave()
    await settled()

    assert.deepEqual([before, ended, room.inUse, room.demand], [['a1', 'a2'], ['a1', 'a2', 'a3'], 2, 2])
    assert.deepEqual(events, ['full'])
  })

  it('lets flows take turns, however many of one wait', async () => {
    const {room, enter, ended} = setup()
    const names = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']
    for (const name of names) void enter(name)

    for (const _ of names) {
      await settled()
      room.leave()
    }
    await settled()

    assert.deepEqual(ended, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
  })

  it('holds all while the door is shut, and lets them in when it opens', async () => {
    const {enter, ended, change} = setup({door: 'shut', slots: 5})
    for (const name of ['a1', 'b1']) void enter(name)
    await settled()
    const before = [...ended]

    change({door: 'open'})
    await settled()

    assert.deepEqual([before, ended], [[], ['a1', 'b1']])
  })

  it('holds a paused flow and lets the others pass it by; what is paused demands nothing', async () => {
    const {room, enter, ended, change} = setup({pausedFlows: new Set(['a']), slots: 5})
    for (const name of ['a1', 'b1', 'a2', 'b2']) void enter(name)
    await settled()
    const before = {ended: [...ended], demand: room.demand}

    change({pausedFlows: new Set()})
    await settled()

    assert.deepEqual([before, ended], [{ended: ['b1', 'b2'], demand: 2}, ['b1', 'b2', 'a1', 'a2']])
  })

  it('asks for a probe before it lets one in, and lets in one only', async () => {
    const {room, enter, ended, events} = setup({door: 'probe', slots: 5})
    for (const name of ['a1', 'a2']) void enter(name)
    await settled()
    const before = [...ended]

    const isProbing = room.admitProbe()
    await settled()

    assert.deepEqual([before, isProbing, ended], [[], true, ['a1:admitted_to_probe']])
    assert.ok(events.includes('probe?'))
  })

  it('says so when nobody is left to probe', () => {
    assert.equal(setup({door: 'probe'}).room.admitProbe(), false)
  })

  it('spaces calls where there is a rate', async () => {
    const {enter} = setup({slots: 10, perSecond: 50})
    const begun = performance.now()

    await Promise.all(Array.from({length: 6}, async (_, index) => enter(`a${index}`)))

    const lasted = performance.now() - begun
    assert.ok(lasted >= 70 && lasted < 2000, String(lasted))
  })

  it('sends away who has waited too long, and frees its place in the queue', async () => {
    const {room, enter, ended} = setup({door: 'shut'}, 20)

    await Promise.all([enter('a1'), enter('b1')])

    assert.deepEqual([ended.toSorted(), room.demand], [['a1:overdue', 'b1:overdue'], 0])
  })

  it('sends everybody away when it stops, and lets nobody in afterwards', async () => {
    const {room, enter, ended} = setup()
    for (const name of ['a1', 'a2', 'b1']) void enter(name)
    await settled()

    room.stop()
    await settled()
    await enter('c1')

    assert.deepEqual(ended, ['a1', 'a2:stopped', 'b1:stopped', 'c1:stopped'])
  })
})
