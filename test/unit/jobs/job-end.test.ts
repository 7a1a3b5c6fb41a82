import assert from 'node:assert/strict'
import {jobEnd} from '#lib/jobs/job-end.js'
import {ErpSyncError} from '#lib/kernel/errors.js'

describe('jobEnd', () => {
  const ended = (exitCode: number, error?: unknown, isTimedOut = false) => {
    const {outcome, why} = jobEnd({exitCode, error, isTimedOut}, {why: '3 rejected'})
    return [outcome, why]
  }

  it('tells the outcome by the exit code, and why it is not 0', () => {
    const unreachable = new ErpSyncError('PostgreSQL cannot be reached', {code: 'x', exitCode: 69})

    assert.deepEqual(
      [ended(0), ended(3), ended(69, unreachable), ended(130), ended(143), ended(8, undefined, true), ended(8)],
      [
        ['succeeded', null],
        ['failed', '3 rejected'],
        ['failed', 'PostgreSQL cannot be reached'],
        ['stopped', 'SIGINT'],
        ['stopped', 'SIGTERM'],
        ['timed_out', 'its time limit was reached'],
        ['failed', '3 rejected'],
      ],
    )
  })

  it('keeps nothing of an error that is not meant for people', () => {
    const bug = Object.assign(new Error('cannot read {"iban": "DE02"}'), {code: '22P02'})

    assert.deepEqual(ended(1, bug), ['failed', 'a bug (22P02)'])
  })
})
