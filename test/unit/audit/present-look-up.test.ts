import assert from 'node:assert/strict'
import {presentLookUp, sightingOf} from '#lib/audit/present-look-up.js'
import type {Failure} from '#lib/kernel/failure.js'

const failure: Failure = {
  class: 'permanent',
  executed: 'no',
  code: 'idoc:51',
  text: 'Sold-to party unknown',
  stage: 'probe',
}

describe('sightingOf', () => {
  it('tells what SAP says of a document that it has taken and not booked', () => {
    const sightings = [sightingOf({kind: 'pending', failure}), sightingOf({kind: 'refused', failure})]

    assert.deepEqual(sightings, [
      {outcome: 'pending', documentNumbers: [], text: 'Sold-to party unknown'},
      {outcome: 'refused', documentNumbers: [], text: 'Sold-to party unknown'},
    ])
  })
})

describe('presentLookUp', () => {
  it('says in one sentence that SAP does not book what it has', () => {
    const place = {destination: 's4', reference: 'A-1', by: 'reference'} as const

    const text = presentLookUp({...place, ...sightingOf({kind: 'refused', failure})})

    assert.equal(text, 's4 has taken A-1 and does not book it: Sold-to party unknown')
  })
})
