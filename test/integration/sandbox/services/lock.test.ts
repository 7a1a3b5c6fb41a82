import assert from 'node:assert/strict'
import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {withLock} from '#lib/sandbox/services/lock.js'

describe('withLock', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-lock-'))
  })
  afterEach(async () => rm(folder, {recursive: true}))

  it('lets one in at a time, however many come at once', async () => {
    let inside = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      await readdir(folder)
      await readdir(tmpdir())
      inside--
    }

    await Promise.all(Array.from({length: 6}, async () => withLock(folder, waiting({timeoutMs: 60_000}), work)))

    assert.deepEqual([most, inside], [1, 0])
    assert.deepEqual(await readdir(join(folder, 'lock')), [])
  }).timeout(60_000)

  it('refuses with 75 when the other one does not leave in time, and says whom it waits for', async () => {
    const said: string[] = []
    const refused = withLock(folder, waiting({timeoutMs: 60_000}), async () =>
      withLock(folder, waiting({timeoutMs: 300, said}), async () => 'let in'),
    )

    await assert.rejects(refused, (error) => error instanceof ErpSyncError && error.exitCode === 75)
    assert.deepEqual(said, [`Waiting for process ${process.pid}, which works on ${folder}.`])
  })

  it('pays no heed to the claim of a process that is gone, and removes it', async () => {
    await mkdir(join(folder, 'lock'))
    await writeFile(join(folder, 'lock', `${process.pid}~another%20boot~0f8e`), '')

    const result = await withLock(folder, waiting({timeoutMs: 0}), async () => readdir(join(folder, 'lock')))

    assert.equal(result.length, 1)
    assert.doesNotMatch(result[0] ?? '', /another/)
  })

  it('opens again when the work fails', async () => {
    const failing = async () => Promise.reject(new Error('no'))
    await assert.rejects(withLock(folder, waiting({timeoutMs: 0}), failing), /no/)

    assert.equal(await withLock(folder, waiting({timeoutMs: 0}), async () => 'in'), 'in')
  })
})

function waiting({timeoutMs, said = []}: {readonly timeoutMs: number; readonly said?: string[]}) {
  return {timeoutMs, signal: new AbortController().signal, report: (line: string) => void said.push(line)}
}
