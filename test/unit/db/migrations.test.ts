import assert from 'node:assert/strict'
import {readdir} from 'node:fs/promises'

describe('migrations', () => {
  it('are numbered from 1 on, each number once and none left out', async () => {
    const names = await readdir(new URL('../../../src/lib/db/migrations/', import.meta.url))

    const numbers = names.map((name) => Number(name.slice(0, 4))).toSorted((a, b) => a - b)

    assert.deepEqual(
      numbers,
      names.map((_, index) => index + 1),
    )
  })
})
