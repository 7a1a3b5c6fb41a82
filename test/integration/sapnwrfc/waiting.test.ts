import assert from 'node:assert/strict'
import {addonCases} from '../../support/addon-cases.js'
import {cases} from './cases/waiting.js'

describe('node-rfc: waiting', () => {
  const {start, seen, end} = addonCases(new URL('./cases/waiting.js', import.meta.url), cases, {
    timeoutInTheQueue: {env: {UV_THREADPOOL_SIZE: '4'}},
    fourThreads: {env: {UV_THREADPOOL_SIZE: '4'}},
    eightThreads: {env: {UV_THREADPOOL_SIZE: '8'}},
  })

  before(async function () {
    await start(this)
  })

  it('ends a call at its time-out, and goes on in a new session', async () => {
    const ended = await seen('timeout')

    assert.deepEqual(ended, {
      error: {
        name: 'RfcLibError',
        group: 4,
        code: 7,
        codeString: 'RFC_CANCELED',
        key: 'RFC_CANCELED',
        message: 'Connection was canceled.',
      },
      isInTime: true,
      ECHOTEXT: 'again',
      hasReconnected: true,
    })
  })

  it('ends a call that is cancelled', async () => {
    const ended = await seen('cancel')

    assert.deepEqual(ended, {group: 4, code: 7})
  })

  it('seems alive after a time-out during the look-up of a function, and is not', async () => {
    const ended = await seen('cancelDuringLookUp')

    assert.deepEqual(ended, {codes: [7, 13], alive: true})
  })

  it('ends a call in time that has not even got a thread, and sends it never', async () => {
    const ended = await seen('timeoutInTheQueue')

    assert.deepEqual(ended, {code: 7, requests: 4})
  })

  it('holds up the file system of the whole process with as many calls as there are threads', async () => {
    const withFour = await seen('fourThreads')
    const withEight = await seen('eightThreads')

    assert.deepEqual(withFour, {isHeldUp: true})
    assert.deepEqual(withEight, {isHeldUp: false})
  })

  it('makes two calls of one client one behind the other', async () => {
    const calls = await seen('twoCallsOfAClient')

    assert.deepEqual(calls, {followEachOther: true})
  })

  it('holds up the exit of the process until the call has come back', async () => {
    const {code, words, afterMs} = await end('exitDuringCall')

    assert.deepEqual([code, words], [7, ['exits']])
    assert.ok(afterMs > 1000)
  })

  it('dies of a kill at once', async () => {
    const {signal, words, afterMs} = await end('killDuringCall')

    assert.deepEqual([signal, words], ['SIGKILL', ['is killed']])
    assert.ok(afterMs < 4000)
  })

  it('aborts the process when a second thread uses it', async () => {
    const {signal, words} = await end('useInAWorker')

    assert.deepEqual([signal, words], ['SIGABRT', ['uses it in a worker']])
  })

  it('settles every call, whenever it is cancelled', async () => {
    const settled = await seen('randomCancels')

    assert.deepEqual(settled, {count: 120, kinds: ['200 rows', 'RFC_CANCELED'], isUsable: true})
  })
})
