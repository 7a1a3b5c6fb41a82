import assert from 'node:assert/strict'
import {readdir} from 'node:fs/promises'

describe('src/lib/db/migrations', () => {
  it('are numbered from 1 without gaps, each number once', async () => {
    const names = await readdir(new URL('../../../src/lib/db/migrations', import.meta.url))

    const numbers = names.toSorted().map((name) => Number(/^(\d{4})_[a-z_]+\.sql$/.exec(name)?.[1]))
    assert.deepEqual(
      numbers,
      names.map((_, index) => index + 1),
    )
  })
})
