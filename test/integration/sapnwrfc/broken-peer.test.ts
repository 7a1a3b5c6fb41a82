import assert from 'node:assert/strict'
import {addonCases} from '../../support/addon-cases.js'
import {cases} from './cases/broken-peer.js'

describe('stand-in for the RFC library: a broken peer', () => {
  const {start, seen} = addonCases(new URL('./cases/broken-peer.js', import.meta.url), cases)

  before(async function () {
    await start(this)
  })

  it('fails a logon that is answered with nonsense', async () => {
    const failed = await seen('logons')

    assert.deepEqual(failed, {ofNoObjects: [11], ofOthers: [28], behind: 'good'})
  })

  it('refuses descriptions that are incomplete or beyond the bounds of ABAP', async () => {
    const failed = await seen('descriptions')

    assert.deepEqual(failed, {ofNoObjects: [11], ofOthers: [20], behind: 'good'})
  })

  it('refuses answers that do not fit the description', async () => {
    const failed = await seen('answers')

    assert.deepEqual(failed, {ofNoObjects: [11], ofOthers: [12], behind: 'good'})
  })

  it('gives up a session in which something came unasked, instead of taking it for the next answer', async () => {
    const answers = await seen('unaskedAnswer')

    assert.deepEqual(answers, {TEXT: 'first', group: 5, code: 11, again: 'second'})
  })
})
