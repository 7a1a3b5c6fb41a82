import assert from 'node:assert/strict'
import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {newId} from '#lib/kernel/ids.js'
import {blankEntry, type Entry, noCounts} from '#lib/resync/entry.js'
import {openPlanFile, openPlanWriter, type PlanHead} from '#lib/resync/plan-file.js'

const head: PlanHead = {
  flow: 'sales-order',
  createdAt: '2026-11-26T09:00:00.000Z',
  createdBy: 'ada',
  selection: 'all keys',
  internal: 'ledger',
}
const entry = (key: string): Entry => ({
  ...blankEntry,
  key,
  class: 'mismatch',
  message: newId(),
  hash: 'ab'.repeat(32),
  differences: [{path: '/A', expected: {a: [1]}, inSap: null}],
})
const refusal = async (work: Promise<unknown>): Promise<number | undefined> => {
  try {
    await work
  } catch (error) {
    return error instanceof ErpSyncError ? error.exitCode : -1
  }
  return undefined
}

describe('the file of a plan', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-plan-'))
    path = join(folder, 'plan.json')
  })
  afterEach(async () => rm(folder, {recursive: true, force: true}))

  const write = async (...batches: readonly (readonly Entry[])[]): Promise<void> => {
    const writer = await openPlanWriter(path, head)
    for (const batch of batches) await writer.add(batch)
    await writer.finish({...noCounts, mismatch: batches.flat().length})
  }
  const entriesOf = async (): Promise<readonly Entry[]> => {
    const entries: Entry[] = []
    for await (const one of (await openPlanFile(path)).entries()) entries.push(one)
    return entries
  }

  it('gives back what was written, and is one JSON document for its owner alone', async () => {
    const [a, b, c] = [entry('A'), entry('B, "quoted"\nline'), entry('C')]
    await write([a], [], [b, c])

    const plan = await openPlanFile(path)

    assert.deepEqual([plan.head, plan.counts.mismatch], [{version: 1, ...head}, 3])
    assert.deepEqual(await entriesOf(), [a, b, c])
    const {keys, counts, sha256} = JSON.parse(await readFile(path, 'utf8'))
    assert.deepEqual([keys, counts, sha256], [[a, b, c], {...noCounts, mismatch: 3}, plan.sha256])
    assert.equal((await stat(path)).mode & 0o777, 0o600)
  })

  it('may hold nothing', async () => {
    await write()

    assert.deepEqual(await entriesOf(), [])
    assert.deepEqual(JSON.parse(await readFile(path, 'utf8')).keys, [])
  })

  it('leaves nothing behind when it is given up', async () => {
    const writer = await openPlanWriter(path, head)
    await writer.add([entry('A')])
    await writer.abandon()

    assert.deepEqual(await readdir(folder), [])
  })

  it('replaces an older plan only once it is complete', async () => {
    await write([entry('A')])
    const writer = await openPlanWriter(path, head)
    await writer.add([entry('B')])

    assert.deepEqual(
      (await entriesOf()).map(({key}) => key),
      ['A'],
    )
    await writer.finish(noCounts)
    assert.deepEqual(
      (await entriesOf()).map(({key}) => key),
      ['B'],
    )
  })

  it('is refused when it was changed, cut short, made longer or written anew', async () => {
    await write([entry('A')], [entry('B')])
    const text = await readFile(path, 'utf8')
    const codes: (number | undefined)[] = []
    for (const other of [
      text.replace('"A"', '"X"'),
      text.slice(0, -80),
      `${text}{}\n`,
      JSON.stringify(JSON.parse(text), null, 2),
      '{}',
      '',
    ]) {
      await writeFile(path, other)
      codes.push(await refusal(openPlanFile(path)))
    }

    assert.deepEqual(
      codes,
      Array.from({length: 6}, () => exitCodes.badInput),
    )
  })

  it('is named when it is missing', async () => {
    assert.equal(await refusal(openPlanFile(join(folder, 'none.json'))), exitCodes.missingInput)
    assert.equal(await refusal(openPlanWriter(join(folder, 'none', 'plan.json'), head)), exitCodes.missingInput)
  })
})
