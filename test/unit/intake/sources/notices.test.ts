import assert from 'node:assert/strict'
import {source} from '#lib/config/source.js'
import type {SourceHorizon} from '#lib/intake/sources/horizon.js'
import {noWatermark, type Watermark} from '#lib/intake/sources/mark.js'
import {noticesOf} from '#lib/intake/sources/notices.js'

const settings = source.parse({url: 'postgres://x', query: 'x.sql', key: 'id', watermark: 'updated_at'})
const columns = {keyType: null, markType: 'timestamptz', markKind: 'time', hasDocument: true} as const
const clear: SourceHorizon = {
  at: '2026-11-26T12:00:00.000000Z',
  heldBy: null,
  hidden: 0,
  role: 'reader',
  isStandby: false,
}

describe('noticesOf', () => {
  const notices = (horizon: Partial<SourceHorizon>, kept?: Watermark, moves = true): readonly string[] =>
    noticesOf({settings, columns}, {horizon: {...clear, ...horizon}, kept, moves})

  it('says nothing where nothing is in the way', () => {
    assert.deepEqual(notices({heldBy: {pid: 7, application: 'shop', forS: 600}}, noWatermark('updated_at', 'time')), [])
  })

  it('names who holds the watermark back', () => {
    const [told] = notices({heldBy: {pid: 7, application: 'shop', forS: 601}})

    assert.match(told ?? '', /open for 601 s \(pid 7, shop\)/)
  })

  it('says what cannot be seen, and what would help', () => {
    const [standby, hidden] = notices({isStandby: true, hidden: 3})

    assert.match(standby ?? '', /standby/)
    assert.match(hidden ?? '', /hidden \(3\).*grant pg_read_all_stats to reader/)
  })

  it('says that it begins anew for another column', () => {
    assert.match(notices({}, noWatermark('changed_at', 'time')).join(), /column changed_at.*from its beginning/)
    assert.match(notices({}, noWatermark('updated_at', 'number')).join(), /from its beginning/)
  })
})
