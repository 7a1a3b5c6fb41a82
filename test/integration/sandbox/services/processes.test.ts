import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {identifyProcess, isAlive} from '#lib/sandbox/services/process-identity.js'
import {stopProcess} from '#lib/sandbox/services/processes.js'

describe('stopProcess', () => {
  it('ends a process by the signal that it heeds', async () => {
    const {child, identity} = await start('setInterval(() => {}, 1000)')

    await stopProcess(identity, 'SIGTERM')

    await ended(child)
    assert.deepEqual([child.signalCode, isAlive(identity)], ['SIGTERM', false])
  })

  it('kills a process that does not heed it in time', async () => {
    const {child, identity} = await start("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)")

    await stopProcess(identity, 'SIGTERM', 200)

    await ended(child)
    assert.equal(child.signalCode, 'SIGKILL')
  })

  it('leaves alone a process that has taken over the pid', async () => {
    const {child, identity} = await start('setInterval(() => {}, 1000)')

    await stopProcess({...identity, startedAt: 'before the last boot'}, 'SIGTERM')

    assert.equal(isAlive(identity), true)
    child.kill('SIGKILL')
    await ended(child)
  })
})

async function start(script: string) {
  const child = spawn(process.execPath, ['-e', `${script}; console.log('ready')`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(child.stdout, 'data')
  const identity = identifyProcess(child.pid ?? 0)
  assert.ok(identity)
  return {child, identity}
}

async function ended(child: ReturnType<typeof spawn>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
