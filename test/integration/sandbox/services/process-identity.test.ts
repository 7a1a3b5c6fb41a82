import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {identifyProcess, isAlive} from '#lib/sandbox/services/process-identity.js'

describe('isAlive', () => {
  it('knows a running process from an ended one, and from another one with the same pid', async () => {
    const child = spawn('cat', {stdio: ['pipe', 'ignore', 'ignore']})
    const identity = identifyProcess(child.pid ?? 0)
    assert.ok(identity)

    assert.equal(isAlive(identity), true)
    assert.equal(isAlive({...identity, startedAt: 'long ago'}), false)
    child.stdin.end()
    await once(child, 'exit')
    assert.equal(isAlive(identity), false)
  })
})
