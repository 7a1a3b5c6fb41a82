import assert from 'node:assert/strict'
import {
  noWatermark,
  startOfReading,
  type Watermark,
  watermarkAtEnd,
  watermarkBehind,
  watermarkToReadFrom,
} from '#lib/intake/sources/mark.js'

const time = (at: string | null): Watermark => ({...noWatermark('updated_at', 'time'), at})
const number = (at: string | null, seen: Watermark['seen'] = null): Watermark => ({
  ...noWatermark('change', 'number'),
  at,
  seen,
})
const noon = '2026-11-26T12:00:00.000000Z'
const later = '2026-11-26T12:00:00.000001Z'
const one = '2026-11-26T13:00:00.000000Z'

describe('watermarkBehind', () => {
  it('follows the rows, by the microsecond', () => {
    assert.equal(watermarkBehind(time(noon), later, {at: one}).at, later)
  })

  it('passes no transaction that is still to commit', () => {
    assert.equal(watermarkBehind(time(null), one, {at: later}).at, later)
  })

  it('never goes back', () => {
    assert.equal(watermarkBehind(time(one), noon, {at: one}).at, one)
    assert.equal(watermarkBehind(time(one), one, {at: noon}).at, one)
    assert.equal(watermarkBehind(time(one), null, {at: one}).at, one)
  })

  it('leaves a number until all is read', () => {
    assert.deepEqual(watermarkBehind(number('7'), '9', {at: one}), number('7'))
  })
})

describe('watermarkAtEnd', () => {
  it('remembers the greatest number and when it was seen', () => {
    const ended = watermarkAtEnd(number('7'), {last: '10', when: noon}, {at: noon})

    assert.deepEqual(ended, number('7', {at: '10', when: noon}))
  })

  it('takes a number seen before once everybody who ran then is over', () => {
    const seen = {at: '10', when: noon}

    assert.deepEqual(watermarkAtEnd(number('9', seen), {last: '12', when: one}, {at: noon}), number('9', seen))
    assert.deepEqual(
      watermarkAtEnd(number('9', seen), {last: '12', when: one}, {at: later}),
      number('10', {at: '12', when: one}),
    )
    assert.deepEqual(watermarkAtEnd(number('9', seen), {last: null, when: one}, {at: later}), number('10'))
  })

  it('leaves a time where the rows brought it', () => {
    assert.deepEqual(watermarkAtEnd(time(noon), {last: one, when: one}, {at: one}), time(noon))
  })
})

describe('watermarkToReadFrom', () => {
  it('begins anew where another column is read', () => {
    const kept = time(noon)

    assert.deepEqual(watermarkToReadFrom(kept, {column: 'updated_at', kind: 'time'}), kept)
    assert.deepEqual(watermarkToReadFrom(kept, {column: 'changed_at', kind: 'time'}), noWatermark('changed_at', 'time'))
    assert.deepEqual(watermarkToReadFrom(undefined, kept), time(null))
  })
})

describe('startOfReading', () => {
  it('lies before the watermark by the overlap', () => {
    assert.equal(startOfReading(time(later), {kind: 'time', ms: 60_000}), '2026-11-26T11:59:00.000Z')
    assert.equal(startOfReading(time(later), undefined), '2026-11-26T11:55:00.000Z')
    assert.equal(startOfReading(number('1007'), {kind: 'number', count: 10}), '997')
    assert.equal(startOfReading(number('9007199254740993'), undefined), '9007199254739993')
    assert.equal(startOfReading(time(null), undefined), null)
  })
})
