import assert from 'node:assert/strict'
import {parseClosedWindow} from '#lib/config/closed-window.js'

describe('parseClosedWindow', () => {
  it('reads days, times and zone', () => {
    assert.deepEqual(parseClosedWindow('Sun 02:00-04:00 Europe/Berlin'), {
      text: 'Sun 02:00-04:00 Europe/Berlin',
      days: [0],
      fromMinute: 120,
      toMinute: 240,
      timeZone: 'Europe/Berlin',
    })
  })

  it('takes a window without days as one of every day', () => {
    assert.deepEqual(parseClosedWindow('22:00-23:30 UTC')?.days, [0, 1, 2, 3, 4, 5, 6])
  })

  it('reads ranges and lists of days, over the end of the week too', () => {
    const days = ['Mon-Fri', 'Sat-Mon', 'Mon,Wed-Thu', 'Sat,Sun'].map(
      (text) => parseClosedWindow(`${text} 00:00-24:00 UTC`)?.days,
    )

    assert.deepEqual(days, [
      [1, 2, 3, 4, 5],
      [0, 1, 6],
      [1, 3, 4],
      [0, 6],
    ])
  })

  it('refuses what is no window', () => {
    const texts = [
      '',
      'Sun',
      '02:00-04:00',
      'Sun 2:00-4:00 UTC',
      'Son 02:00-04:00 UTC',
      'Mon-Wed-Fri 02:00-04:00 UTC',
      '02:60-04:00 UTC',
      '02:00-24:01 UTC',
      '24:00-04:00 UTC',
      '02:00-02:00 UTC',
      '02:00-04:00 Europe/Bonn',
    ]

    assert.deepEqual(
      texts.filter((text) => parseClosedWindow(text) !== undefined),
      [],
    )
  })
})
