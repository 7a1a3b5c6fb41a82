import assert from 'node:assert/strict'
import {jobs} from '#lib/config/jobs.js'

describe('jobs', () => {
  const problems = (job: object): readonly string[] =>
    jobs.safeParse({orders: job}).error?.issues.map(({path, message}) => `${path.join('.')}: ${message}`) ?? []

  it('takes what a crontab takes, in UTC and with five minutes if nothing else is said', () => {
    const read = jobs.parse({orders: {schedule: '*/5 6-22 * * Mon-Fri'}, nightly: {schedule: '@daily', zone: 'UTC'}})

    assert.deepEqual(read, {
      orders: {schedule: '*/5 6-22 * * Mon-Fri', zone: 'UTC', grace: 300_000},
      nightly: {schedule: '@daily', zone: 'UTC', grace: 300_000},
    })
  })

  it('refuses schedules that no crontab knows, or that never come round', () => {
    const schedules = ['61 * * * *', '* * * *', '*/5 * * * * *', '0 0 L * *', '0 0 30 2 *', '@reboot', '2026-12-01']

    for (const schedule of schedules) {
      assert.deepEqual(problems({schedule}), [
        `orders.schedule: expected a schedule such as "*/5 * * * *" or "@daily" that comes round, got "${schedule}"`,
      ])
    }
  })

  it('refuses a zone that there is not, and a name that is none', () => {
    assert.deepEqual(problems({schedule: '@daily', zone: 'Europe/Berln'}), [
      'orders.zone: there is no time zone "Europe/Berln"; write one such as Europe/Berlin',
    ])
    assert.equal(jobs.safeParse({'Every Night': {schedule: '@daily'}}).success, false)
  })
})
