import assert from 'node:assert/strict'
import {matchesWildcard} from '#lib/kernel/wildcard.js'

describe('matchesWildcard', () => {
  const matching = (pattern: string, ...texts: readonly string[]) =>
    texts.filter((text) => matchesWildcard(text, pattern))

  it('takes a pattern without a star for the whole text', () => {
    assert.deepEqual(matching('RFC_PING', 'RFC_PING', 'RFC_PIN', 'RFC_PINGS', 'XRFC_PING'), ['RFC_PING'])
  })

  it('lets a star stand for any characters, also none', () => {
    assert.deepEqual(
      matching('BAPI_*_GETDETAIL*', 'BAPI_X_GETDETAIL', 'BAPI_X_Y_GETDETAIL2', 'BAPI_GETDETAIL', 'Z_BAPI_X_GETDETAIL'),
      ['BAPI_X_GETDETAIL', 'BAPI_X_Y_GETDETAIL2'],
    )
  })

  it('does not use a character for two parts of the pattern', () => {
    assert.deepEqual(matching('AB*BA', 'ABA', 'ABBA', 'ABxBA'), ['ABBA', 'ABxBA'])
    assert.deepEqual(matching('A*B*B', 'AB', 'ABB', 'AxByB'), ['ABB', 'AxByB'])
  })

  it('takes nothing else for a sign', () => {
    assert.deepEqual(matching('/ABC/.*', '/ABC/.X', '/ABC/X'), ['/ABC/.X'])
  })
})
