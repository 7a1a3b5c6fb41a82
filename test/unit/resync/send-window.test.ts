import assert from 'node:assert/strict'
import {opensAt, readSendWindow} from '#lib/resync/run/send-window.js'

describe('readSendWindow', () => {
  it('writes the time zone of the machine down where none was named', () => {
    assert.equal(readSendWindow('20:00-06:00', 'Europe/Berlin'), '20:00-06:00 Europe/Berlin')
    assert.equal(readSendWindow('Mon-Fri 20:00-06:00', 'UTC'), 'Mon-Fri 20:00-06:00 UTC')
    assert.equal(readSendWindow('20:00-06:00 America/New_York', 'UTC'), '20:00-06:00 America/New_York')
  })

  for (const text of ['20:00', '25:00-06:00', '20:00-20:00', 'at night', 'Mon-Fry 20:00-06:00']) {
    it(`does not read "${text}"`, () => {
      assert.equal(readSendWindow(text, 'UTC'), undefined)
    })
  }
})

describe('opensAt', () => {
  const window = '20:00-06:00 Europe/Berlin'
  const at = (time: string) => opensAt(window, new Date(time))?.toISOString()

  it('lets all through within it, and without one', () => {
    assert.equal(opensAt(null, new Date('2026-11-26T12:00:00Z')), null)
    assert.equal(at('2026-11-26T19:00:00Z'), undefined)
    assert.equal(at('2026-11-27T04:59:59Z'), undefined)
  })

  it('says when it opens', () => {
    assert.equal(at('2026-11-26T05:00:00Z'), '2026-11-26T19:00:00.000Z')
    assert.equal(at('2026-11-26T18:59:30Z'), '2026-11-26T19:00:00.000Z')
  })

  it('follows the clock of its zone over a change to summer time', () => {
    assert.equal(at('2026-03-29T10:00:00Z'), '2026-03-29T18:00:00.000Z')
  })
})
