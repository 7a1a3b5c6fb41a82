import assert from 'node:assert/strict'
import {SharedCall} from '#lib/erp/odata/shared-call.js'

function setup() {
  const signals: AbortSignal[] = []
  const answers: ((text: string) => void)[] = []
  const start = (signal: AbortSignal) => {
    signals.push(signal)
    return new Promise<string>((resolve) => answers.push(resolve))
  }
  return {call: new SharedCall<string>(), start, signals, answers}
}

const never = new AbortController().signal

describe('SharedCall.join', () => {
  it('starts one call for all who ask while it runs', async () => {
    const {call, start, answers} = setup()

    const waiting = [call.join(start, never), call.join(start, never), call.join(start, never)]
    answers[0]?.('token')

    assert.deepEqual(await Promise.all(waiting), ['token', 'token', 'token'])
    assert.equal(answers.length, 1)
  })

  it('starts a new call after the last one ended', async () => {
    const {call, start, answers} = setup()

    const first = call.join(start, never)
    answers[0]?.('one')
    await first
    const second = call.join(start, never)
    answers[1]?.('two')

    assert.equal(await second, 'two')
  })

  it('lets one waiter go and the others have theirs', async () => {
    const {call, start, signals, answers} = setup()
    const leaving = new AbortController()

    const left = call.join(start, leaving.signal)
    const stayed = call.join(start, never)
    leaving.abort()

    assert.equal(await left, undefined)
    assert.equal(signals[0]?.aborted, false)
    answers[0]?.('token')
    assert.equal(await stayed, 'token')
  })

  it('gives the call up when the last waiter goes', async () => {
    const {call, start, signals} = setup()
    const leaving = new AbortController()

    const left = call.join(start, leaving.signal)
    leaving.abort()

    assert.equal(await left, undefined)
    assert.equal(signals[0]?.aborted, true)
  })

  it('starts nothing for a signal that is aborted already', async () => {
    const {call, start, signals} = setup()

    assert.equal(await call.join(start, AbortSignal.abort()), undefined)
    assert.equal(signals.length, 0)
  })

  it('passes a rejection on to all', async () => {
    const {call} = setup()
    const failing = () => Promise.reject(new Error('broken'))

    await assert.rejects(call.join(failing, never), /broken/)
    await assert.rejects(call.join(failing, never), /broken/)
  })
})
