import assert from 'node:assert/strict'
import {versionRank} from '#lib/kernel/version-rank.js'

describe('versionRank', () => {
  it('sorts numbers by their value', () => {
    const versions = ['10', '9', '2.5', '2', '100', '0']

    assert.deepEqual(sorted(versions), ['0', '2', '2.5', '9', '10', '100'])
  })

  it('sorts moments by their time, whatever their zone', () => {
    const versions = ['2026-11-22T10:00:00+02:00', '2026-11-22T08:30:00Z', '2026-11-22T07:59:59.5Z']

    assert.deepEqual(sorted(versions), ['2026-11-22T07:59:59.5Z', '2026-11-22T10:00:00+02:00', '2026-11-22T08:30:00Z'])
  })

  it('sorts anything else as it is written', () => {
    assert.deepEqual(sorted(['b', 'B', 'a-10', 'a-9']), ['B', 'a-10', 'a-9', 'b'])
  })
})

function sorted(versions: readonly string[]): readonly string[] {
  const byRank = (a: string, b: string) => (versionRank(a) < versionRank(b) ? -1 : 1)
  return versions.toSorted(byRank)
}
