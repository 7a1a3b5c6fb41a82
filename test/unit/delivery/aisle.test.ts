import assert from 'node:assert/strict'
import {isSuspect, openAisle} from '#lib/delivery/aisle.js'

describe('openAisle', () => {
  it('lets many pass at once, and one alone: after those before it, before those behind it', async () => {
    const aisle = openAisle()
    const events: string[] = []
    const walk = (name: string, alone: boolean) => {
      const gate = opening()
      const passed = aisle.pass(
        async () => {
          events.push(`${name} in`)
          await gate.opened
          events.push(`${name} out`)
        },
        {alone},
      )
      return {leave: gate.open, passed}
    }

    const [a, b] = [walk('a', false), walk('b', false)]
    const suspect = walk('suspect', true)
    const c = walk('c', false)
    await settled()
    assert.deepEqual(events, ['a in', 'b in'])

    a.leave()
    b.leave()
    await settled()
    assert.deepEqual(events.slice(2).toSorted(), ['a out', 'b out', 'suspect in'])

    suspect.leave()
    await settled()
    assert.deepEqual(events.slice(5), ['suspect out', 'c in'])

    c.leave()
    await Promise.all([a, b, suspect, c].map(({passed}) => passed))
  })

  it('goes on behind one that failed alone', async () => {
    const aisle = openAisle()
    const failing = aisle.pass(async () => assert.fail('broken'), {alone: true})

    await assert.rejects(failing, /broken/)
    await aisle.pass(async () => {}, {alone: false})
  })
})

describe('isSuspect', () => {
  it('suspects what came back twice', () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((deliveryCount) => isSuspect({redelivered: deliveryCount > 0, deliveryCount})),
      [false, false, true, true],
    )
  })
})

async function settled(): Promise<void> {
  await new Promise((done) => setImmediate(done))
}

function opening(): {readonly opened: Promise<void>; readonly open: () => void} {
  let open = (): void => {}
  const opened = new Promise<void>((done) => {
    open = done
  })
  return {opened, open}
}
