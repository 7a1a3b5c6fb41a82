import assert from 'node:assert/strict'
import {presentInboxes, presentRefused} from '#lib/intake/inbox/present-inboxes.js'
import type {InboxStanding} from '#lib/intake/inbox/standing.js'

const now = new Date('2026-11-26T12:00:00Z')
const standing = (changes: Partial<InboxStanding>): InboxStanding => ({
  name: 'shop',
  address: 'postgres://shop/shop',
  version: 1,
  rows: {waiting: 0, oldestInsertedAt: null, refused: 0, takenLastHour: 12},
  taker: {name: 'host:1', since: null},
  problem: null,
  ...changes,
})

describe('presentInboxes', () => {
  it('shows a line for each, and beneath what to do', () => {
    const text = presentInboxes(
      [
        standing({name: 'well'}),
        standing({
          name: 'left',
          taker: null,
          rows: {waiting: 3, oldestInsertedAt: new Date('2026-11-26T11:53:00Z'), refused: 2, takenLastHour: 0},
        }),
        standing({name: 'bare', version: null, rows: null, taker: null}),
        standing({name: 'gone', version: null, rows: null, taker: null, problem: 'cannot be reached'}),
      ],
      now,
    )

    assert.deepEqual(
      text.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' ')),
      [
        'inbox waiting oldest refused taken in 1h taken by table',
        'well 0 – 0 12 host:1 version 1',
        'left 3 7m 2 0 nobody version 1',
        'bare ? ? ? ? ? not there',
        'gone ? ? ? ? ? ?',
        'left: nobody takes from it. Type: erpsync intake start left',
        'left: why rows were refused: erpsync intake list left',
        'bare: the table is not there. Type: erpsync intake install bare',
        'gone: cannot be reached',
      ],
    )
  })
})

describe('presentRefused', () => {
  it('shows why, field by field, and what to type', () => {
    const row = {
      id: '0f8e2c5a-1b7d-4c53-9a61-5d2f6f1f0b11',
      flow: 'sales-order',
      insertedAt: new Date('2026-11-26T11:00:00Z'),
      refusedAt: new Date('2026-11-26T11:59:00Z'),
      problems: [
        {field: '/shop', message: 'is missing'},
        {field: '', message: 'has no version (revision)'},
      ],
    }

    const text = presentRefused('shop', [row], now)

    assert.match(text, /sales-order +1h +1m +\/shop is missing; has no version \(revision\)\n/)
    assert.match(text, /type: erpsync intake retry shop$/)
    assert.equal(presentRefused('shop', [], now), 'No row of shop is refused.')
  })
})
