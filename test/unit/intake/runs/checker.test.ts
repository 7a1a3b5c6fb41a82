import assert from 'node:assert/strict'
import {setImmediate, setTimeout} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {findFlow, type Flow, loadConfig} from '#lib/config/load.js'
import {type Door, openDoor} from '#lib/intake/door.js'
import {type Checker, openChecker, openThreadedChecker} from '#lib/intake/runs/checker.js'
import {order} from '../../../support/orders.js'

const example = fileURLToPath(new URL('../../../../examples/erpsync.yaml', import.meta.url))

describe('openThreadedChecker', function () {
  this.timeout(30_000)
  let flow: Flow
  let door: Door
  let threaded: Checker
  before(async () => {
    flow = findFlow(await loadConfig(example, {}), 'sales-order')
    door = await openDoor(flow)
  })
  beforeEach(() => {
    threaded = openThreadedChecker(door, flow)
  })
  afterEach(async () => threaded.close())

  const batch = (prefix: string): readonly unknown[] =>
    Array.from({length: 40}, (_, index) => order(`${prefix}-${index}`, index % 4 === 0 ? {currency: 'Euro'} : {}))

  it('says in threads what the door says here, of each document at its place', async () => {
    const batches = ['A', 'B', 'C', 'D'].map(batch)

    const checks = await Promise.all(batches.map(async (documents) => threaded.check(documents)))

    assert.deepEqual(checks, await Promise.all(batches.map(async (documents) => openChecker(door).check(documents))))
    assert.equal(checks[3]?.filter(({kind}) => kind === 'refused').length, 10)
  })

  it('leaves two batches to the thread and checks what is beyond here', async () => {
    const checkedHere: unknown[] = []
    const counting: Door = {
      ...door,
      check: async (document) => {
        checkedHere.push(document)
        return door.check(document)
      },
    }
    const shared = openThreadedChecker(counting, flow)
    const [first = [], second = [], third = [], beyond = []] = ['A', 'B', 'C', 'D'].map(batch)
    await shared.check(first)

    await Promise.all([second, third, beyond].map(async (documents) => shared.check(documents)))
    await shared.close()

    assert.deepEqual(checkedHere, [...first, ...beyond])
  })

  it('checks batches here one after the other', async () => {
    let atOnce = 0
    let most = 0
    const slow: Door = {
      ...door,
      check: async (document) => {
        atOnce += 1
        most = Math.max(most, atOnce)
        await setImmediate()
        const check = await door.check(document)
        atOnce -= 1
        return check
      },
    }
    const broken = openThreadedChecker(slow, {...flow, schema: '/nowhere.json'})

    await Promise.all(['A', 'B', 'C', 'D', 'E'].map(async (name) => broken.check(batch(name))))
    await broken.close()

    assert.equal(most, 1)
  })

  it('begins no batch more once it is closed', async () => {
    const checkedHere: unknown[] = []
    const counting: Door = {
      ...door,
      check: async (document) => {
        checkedHere.push(document)
        return door.check(document)
      },
    }
    const closed = openThreadedChecker(counting, {...flow, schema: '/nowhere.json'})
    const [first = [], ...others] = ['A', 'B', 'C', 'D'].map(batch)
    const checking = closed.check(first)
    // Two of them the thread is to check, and cannot.
    for (const documents of others) closed.check(documents).catch(() => {})

    await closed.close()
    await checking
    await setTimeout(100)

    assert.deepEqual(checkedHere, first)
  })

  it('asks the door here where threads cannot do their work', async () => {
    const broken = openThreadedChecker(door, {...flow, schema: '/nowhere.json'})
    await broken.check(batch('A'))

    const checks = await broken.check(batch('B'))
    await broken.close()

    assert.deepEqual(checks, await openChecker(door).check(batch('B')))
  })
})
