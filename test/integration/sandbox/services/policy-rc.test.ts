import assert from 'node:assert/strict'
import {execFileSync, spawnSync} from 'node:child_process'
import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {restorePolicy, withoutServiceStart} from '#lib/sandbox/services/policy-rc.js'

describe('withoutServiceStart', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-policy-'))
    path = join(folder, 'policy-rc.d')
  })
  afterEach(async () => rm(folder, {recursive: true}))

  it('forbids starts during the work and leaves nothing behind', async () => {
    const {status} = await withoutServiceStart(async () => spawnSync(path, ['rabbitmq-server', 'start']), path)

    assert.equal(status, 101)
    assert.deepEqual(await readdir(folder), [])
  })

  it('puts back the policy that was there, mode and all, also when the work fails', async () => {
    await writeFile(path, '#!/bin/sh\nexit 104\n', {mode: 0o755})
    const failing = async () => {
      assert.equal(spawnSync(path).status, 101)
      throw new Error('no network')
    }

    await assert.rejects(withoutServiceStart(failing, path), /no network/)

    assert.equal(await readFile(path, 'utf8'), '#!/bin/sh\nexit 104\n')
    assert.equal((await stat(path)).mode & 0o777, 0o755)
    assert.deepEqual(await readdir(folder), ['policy-rc.d'])
  })

  it('is mended after a crash in mid-work by the next one', async () => {
    await writeFile(path, '#!/bin/sh\nexit 104\n', {mode: 0o755})
    const module = new URL('../../../../dist/lib/sandbox/services/policy-rc.js', import.meta.url).href
    const crash = `const {withoutServiceStart} = await import(${JSON.stringify(module)})
      await withoutServiceStart(async () => process.kill(process.pid, 'SIGKILL'), ${JSON.stringify(path)})`
    assert.throws(() => execFileSync(process.execPath, ['--input-type=module', '-e', crash]))
    assert.equal(spawnSync(path).status, 101)

    await restorePolicy(path)

    assert.equal(spawnSync(path).status, 104)
    assert.deepEqual(await readdir(folder), ['policy-rc.d'])
  })
})
