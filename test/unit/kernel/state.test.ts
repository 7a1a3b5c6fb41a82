import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {type MessageEvent, type MessageState, transition} from '#lib/kernel/state.js'

/** A record, so that an event which is forgotten here does not compile. */
const events = Object.keys({
  published: 0,
  claimed: 0,
  doubted: 0,
  settled_synced: 0,
  settled_retry: 0,
  settled_in_doubt: 0,
  settled_dead: 0,
  replayed: 0,
  replayed_in_doubt: 0,
  superseded: 0,
  held: 0,
  released: 0,
  skipped: 0,
  set_aside: 0,
  restored: 0,
  resolved_by_person: 0,
} satisfies Record<MessageEvent, number>) as readonly MessageEvent[]

const final: readonly MessageState[] = ['synced', 'superseded', 'discarded']

describe('transition', () => {
  it('makes exactly the edges that docs/state-machine.md draws', async () => {
    const page = await readFile(new URL('../../../docs/state-machine.md', import.meta.url), 'utf8')
    const [diagram = ''] = page.split('```mermaid')[1]?.split('```') ?? []
    const drawn = [...diagram.matchAll(/^ +(\w+) --> (\w+):/gm)].map(([, from, to]) => `${from} --> ${to}`)

    const made = events.flatMap((event) => {
      const {from, to} = transition(event)
      return from.map((state) => `${state} --> ${to}`)
    })

    assert.deepEqual([...new Set(made)].toSorted(), drawn.toSorted())
  })

  it('leads from a final state only back to the dead, if a person restores what was discarded', () => {
    const leaving = events.filter((event) => transition(event).from.some((state) => final.includes(state)))

    assert.deepEqual(leaving, ['restored'])
    assert.deepEqual(transition('restored'), {from: ['discarded'], to: 'dead'})
  })

  it('lets a claim begin only where no call can be under way', () => {
    assert.deepEqual(transition('claimed').from, ['accepted', 'queued', 'retry_wait'])
  })

  it('lets only a replay wake the dead', () => {
    const waking = events.filter((event) => {
      const {from, to} = transition(event)
      return from.includes('dead') && !final.includes(to)
    })

    assert.deepEqual(waking, ['replayed', 'replayed_in_doubt'])
  })
})
