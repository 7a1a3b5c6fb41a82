import assert from 'node:assert/strict'
import {expectNext} from '#lib/jobs/expect-next.js'

const at = (text: string): Date => new Date(`2026-11-26T${text}Z`)
const everyFive = {schedule: '*/5 * * * *', zone: 'Europe/Berlin', grace: 300_000}

describe('expectNext', () => {
  it('goes by the schedule, from the last start on', () => {
    const expected = expectNext(everyFive, [at('12:00:01')], at('12:07:00'))

    assert.deepEqual(expected, {at: at('12:05:00'), by: 'schedule', isOverdue: false})
  })

  it('is overdue when the grace is over', () => {
    const overdue = [at('12:10:00'), at('12:10:01')].map(
      (now) => expectNext(everyFive, [at('12:00:01')], now)?.isOverdue,
    )

    assert.deepEqual(overdue, [false, true])
  })

  it('reads the schedule in its zone', () => {
    const nightly = {...everyFive, schedule: '30 2 * * *'}

    assert.deepEqual(expectNext(nightly, [], at('12:00:00'))?.at, new Date('2026-11-27T01:30:00Z'))
  })

  it('goes by the median distance of the last starts where nothing is configured', () => {
    const starts = [at('12:30:00'), at('12:20:00'), at('12:10:00'), at('09:00:00')]

    const expected = expectNext(undefined, starts, at('12:41:00'))
    const late = expectNext(undefined, starts, at('12:41:01'))

    assert.deepEqual(expected, {at: at('12:40:00'), by: 'habit', isOverdue: false})
    assert.equal(late?.isOverdue, true)
  })

  it('knows no habit of what was seen less than three times', () => {
    const expected = expectNext(undefined, [at('12:30:00'), at('12:20:00')], at('12:41:00'))

    assert.equal(expected, undefined)
  })
})
