import assert from 'node:assert/strict'
import {breachedLimit, parseFailureLimit} from '#lib/intake/runs/failure-limit.js'

describe('parseFailureLimit', () => {
  it('reads a number of lines or a share of them, and nothing else', () => {
    assert.deepEqual(parseFailureLimit('10'), {kind: 'count', most: 10})
    assert.deepEqual(parseFailureLimit('0.5%'), {kind: 'share', percent: 0.5})
    for (const text of ['', '-1', '1.5', '101%', 'ten', '1 %x']) assert.equal(parseFailureLimit(text), undefined, text)
  })
})

describe('breachedLimit', () => {
  const lines = (read: number, rejected: number) => ({read, rejected, accepted: read - rejected, duplicate: 0})

  it('bears as many as were said, and not one more', () => {
    const limit = {kind: 'count', most: 10} as const

    assert.equal(breachedLimit(lines(20, 10), limit, {isAllRead: false}), undefined)
    assert.match(breachedLimit(lines(20, 11), limit, {isAllRead: false}) ?? '', /11 of 20/)
  })

  it('judges a share once there are enough lines, or no more', () => {
    const limit = {kind: 'share', percent: 1} as const

    assert.equal(breachedLimit(lines(99, 99), limit, {isAllRead: false}), undefined)
    assert.match(breachedLimit(lines(99, 1), limit, {isAllRead: true}) ?? '', /more than 1%/)
    assert.equal(breachedLimit(lines(1000, 10), limit, {isAllRead: false}), undefined)
    assert.match(breachedLimit(lines(1000, 11), limit, {isAllRead: false}) ?? '', /11 of 1000/)
  })
})
