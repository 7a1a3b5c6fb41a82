import assert from 'node:assert/strict'
import {sessionCookies, Sessions} from '#lib/sandbox/erp/gateway/sessions.js'

const cookieHeader = (cookies: readonly string[]) => cookies.map((cookie) => cookie.split(';')[0]).join('; ')

describe('Sessions', () => {
  it('finds a session by its cookies until it is ended', () => {
    const sessions = new Sessions()
    const session = sessions.open()
    const cookies = cookieHeader(sessionCookies(session))

    const found = sessions.find(cookies)
    sessions.end(session)

    assert.deepEqual([found, sessions.find(cookies), sessions.find(undefined)], [session, undefined, undefined])
  })

  it('lets the least used go when there are too many', () => {
    const sessions = new Sessions()
    const used = cookieHeader(sessionCookies(sessions.open()))
    const unused = cookieHeader(sessionCookies(sessions.open()))
    for (let opened = 2; opened < 1000; opened++) sessions.open()

    sessions.find(used)
    sessions.open()

    assert.deepEqual([sessions.find(used) !== undefined, sessions.find(unused)], [true, undefined])
  })
})
