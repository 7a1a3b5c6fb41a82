import assert from 'node:assert/strict'
import {cookieHeader, storeCookies} from '#lib/erp/odata/cookies.js'

const now = Date.parse('2026-03-01T12:00:00Z')

function jarAfter(...answers: readonly (readonly string[])[]): Map<string, string> {
  const jar = new Map<string, string>()
  for (const lines of answers) storeCookies(jar, new Headers(lines.map((line) => ['set-cookie', line])), now)
  return jar
}

describe('storeCookies', () => {
  it('keeps all cookies, whatever they are called', () => {
    const jar = jarAfter([
      'sap-usercontext=sap-client=100; path=/',
      'SAP_SESSIONID_SBX_100=abc%3d%3d; path=/; HttpOnly; secure',
      '__VCAP_ID__=7',
    ])

    assert.deepEqual(Object.fromEntries(jar), {
      'sap-usercontext': 'sap-client=100',
      SAP_SESSIONID_SBX_100: 'abc%3d%3d',
      __VCAP_ID__: '7',
    })
  })

  it('takes over a newer value', () => {
    assert.deepEqual(Object.fromEntries(jarAfter(['a=1', 'b=1'], ['a=2'])), {a: '2', b: '1'})
  })

  it('drops what the server ends, Max-Age before Expires', () => {
    const jar = jarAfter(
      ['a=1', 'b=1', 'c=1', 'd=1'],
      [
        'a=; Max-Age=0',
        'b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
        'c=2; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
        'd=2; Expires=Sun, 01 Mar 2026 12:00:01 GMT',
      ],
    )

    assert.deepEqual(Object.fromEntries(jar), {c: '2', d: '2'})
  })

  it('passes over a line without a name', () => {
    assert.equal(jarAfter(['=x; path=/', '']).size, 0)
  })
})

describe('cookieHeader', () => {
  it('is absent for an empty jar and joins the rest', () => {
    assert.equal(cookieHeader(new Map()), undefined)
    assert.equal(cookieHeader(jarAfter(['a=1', 'b=x=y'])), 'a=1; b=x=y')
  })
})
