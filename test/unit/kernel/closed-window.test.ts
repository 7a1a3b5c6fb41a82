import assert from 'node:assert/strict'
import {parseClosedWindow} from '#lib/config/closed-window.js'
import {type ClosedWindow, closedWindowAt, nextChange} from '#lib/kernel/closed-window.js'

function windows(...texts: readonly string[]): readonly ClosedWindow[] {
  return texts.map((text) => parseClosedWindow(text) ?? assert.fail(text))
}

function areClosed(text: string, moments: readonly string[]): readonly boolean[] {
  return moments.map((moment) => closedWindowAt(windows(text), new Date(moment)) !== undefined)
}

describe('closedWindowAt', () => {
  it('is closed from the first minute up to, but without, the last', () => {
    const moments = ['2026-03-02T21:59:59Z', '2026-03-02T22:00:00Z', '2026-03-02T23:29:59Z', '2026-03-02T23:30:00Z']

    assert.deepEqual(areClosed('22:00-23:30 UTC', moments), [false, true, true, false])
  })

  it('goes by the wall clock of the zone, summer and winter', () => {
    // A Sunday in winter (UTC+1) and one in summer (UTC+2).
    const moments = ['2026-01-11T01:30:00Z', '2026-01-11T03:30:00Z', '2026-07-12T00:30:00Z', '2026-07-12T02:30:00Z']

    assert.deepEqual(areClosed('Sun 02:00-04:00 Europe/Berlin', moments), [true, false, true, false])
  })

  it('is closed in both of the hours that the clock shows twice', () => {
    // 25 October 2026: 02:30 is at 00:30 UTC, and after the change again at 01:30 UTC.
    const moments = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:30:00Z']

    assert.deepEqual(areClosed('Sun 02:00-03:00 Europe/Berlin', moments), [true, true, false])
  })

  it('counts a window over midnight to the day it begins on', () => {
    // Friday evening, Saturday morning, Saturday evening, Friday morning.
    const moments = ['2026-03-06T23:00:00Z', '2026-03-07T05:59:00Z', '2026-03-07T23:00:00Z', '2026-03-06T05:00:00Z']

    assert.deepEqual(areClosed('Fri 22:00-06:00 UTC', moments), [true, true, false, false])
  })

  it('tells which window it is', () => {
    const found = closedWindowAt(windows('Sat 00:00-24:00 UTC', '12:00-13:00 UTC'), new Date('2026-03-03T12:30:00Z'))

    assert.equal(found?.text, '12:00-13:00 UTC')
  })
})

describe('nextChange', () => {
  const changeAfter = (moment: string, ...texts: readonly string[]) =>
    nextChange(windows(...texts), new Date(moment))?.toISOString()

  it('finds the next beginning, days ahead', () => {
    assert.equal(changeAfter('2026-03-02T10:11:12Z', 'Sun 02:07-02:09 Europe/Berlin'), '2026-03-08T01:07:00.000Z')
  })

  it('finds the end of the present window', () => {
    assert.equal(changeAfter('2026-03-02T22:10:00Z', '22:00-23:30 UTC'), '2026-03-02T23:30:00.000Z')
  })

  it('sees windows that touch as one', () => {
    assert.equal(changeAfter('2026-03-02T22:10:00Z', '22:00-23:30 UTC', '23:30-01:00 UTC'), '2026-03-03T01:00:00.000Z')
  })

  it('is not misled by a change of the clock in between', () => {
    // On 29 March 2026 the clock leaps from 02:00 to 03:00.
    assert.equal(changeAfter('2026-03-28T23:40:00Z', 'Sun 04:00-05:00 Europe/Berlin'), '2026-03-29T02:00:00.000Z')
  })

  it('finds nothing without windows, or if it is always closed', () => {
    const always = ['00:00-12:00 UTC', '12:00-24:00 UTC']

    assert.deepEqual(
      [changeAfter('2026-03-02T10:00:00Z'), changeAfter('2026-03-02T10:00:00Z', ...always)],
      [undefined, undefined],
    )
  })
})
