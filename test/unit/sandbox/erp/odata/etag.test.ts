import assert from 'node:assert/strict'
import {etagOf, requireMatch} from '#lib/sandbox/erp/odata/etag.js'
import {type EntitySet, findSet} from '#lib/sandbox/erp/odata/model.js'
import {services} from '#lib/sandbox/erp/odata/services.js'

function setNamed(name: string): EntitySet {
  const set = services.map((service) => findSet(service, name)).find((found) => found !== undefined)
  assert.ok(set)
  return set
}

const row = {LastChangeDateTime: Date.UTC(2026, 0, 31, 6, 15, 47, 125)}
const etag = `W/"datetimeoffset'2026-01-31T06%3A15%3A47.1250000Z'"`

describe('etagOf', () => {
  it('is weak and holds the time of the last change', () => {
    assert.deepEqual(
      [etagOf(setNamed('A_SalesOrder'), row), etagOf(setNamed('A_SalesOrderItem'), row)],
      [etag, undefined],
    )
  })
})

describe('requireMatch', () => {
  it('lets the present tag, one of several, and the star pass', () => {
    for (const ifMatch of [etag, `W/"old", ${etag}`, '*']) requireMatch(setNamed('A_SalesOrder'), row, ifMatch)
  })

  it('asks nothing of a type without a tag', () => {
    requireMatch(setNamed('A_Product'), {}, undefined)
  })

  it('answers 428 to none and 412 to a stale one', () => {
    const set = setNamed('A_BusinessPartner')

    assert.throws(() => requireMatch(set, row, undefined), {status: 428})
    assert.throws(() => requireMatch(set, row, 'W/"old"'), {status: 412})
  })
})
