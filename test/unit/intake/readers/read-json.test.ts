import assert from 'node:assert/strict'
import type {Line} from '#lib/intake/readers/line.js'
import {readJson} from '#lib/intake/readers/read-json.js'

describe('readJson', () => {
  it('reads the elements of an array one by one, wherever the chunks are cut', async () => {
    const text = '\uFEFF [\n {"a": "]},{\\"\\\\"},\n {"b": [1, {"c": 2}]} ]\n'

    for (let size = 1; size < text.length; size++) {
      assert.deepEqual(
        (await read(text, size)).map((line) => ['document' in line && line.document, line.number]),
        [
          [{a: ']},{"\\'}, 1],
          [{b: [1, {c: 2}]}, 2],
        ],
      )
    }
  })

  it('reads one document alone, and nothing from an empty array', async () => {
    assert.deepEqual(await read('{"a":\n1}\n'), [{document: {a: 1}, number: 1, text: '{"a":\n1}', end: 9}])
    assert.deepEqual(await read(' [ ] '), [])
    assert.deepEqual(await read(''), [])
  })

  it('names a bad element and goes on', async () => {
    const lines = await read('[{"a":1},{"b":},,{"c":1}}]')

    assert.deepEqual(
      lines.map((line) => ('problem' in line ? line.problem.slice(0, 11) : line.document)),
      [{a: 1}, 'is not JSON', 'is empty: a', 'is not JSON'],
    )
  })

  it('tells that an array is cut off, whatever stood before', async () => {
    const problem = 'the file ends before the array does'
    const last = async (text: string) => {
      const line = (await read(text)).at(-1)
      return line !== undefined && 'problem' in line ? line.problem : undefined
    }

    assert.equal(await last('[{"a":1},{"b":1}'), problem)
    assert.match((await last('[{"a":1},{"b":')) ?? '', /the file ends in the middle of it$/)
    assert.equal(await last('[{"a":1},'), `is missing: ${problem}`)
    assert.equal(await last('[{"a":1}] {"b":1}'), 'stands behind the end of the array')
  })

  it('goes on behind any element as if it had read them all', async () => {
    const text = '[{"a":1}, nonsense, {"b":"ü"}, {"c":1}]'
    const all = await read(text)

    for (const [index, {number, end}] of all.entries()) {
      const rest = await read(Buffer.from(text).subarray(end).toString('utf8'), 5, {number, end})

      assert.deepEqual(rest, all.slice(index + 1))
    }
  })
})

async function read(
  text: string,
  size = 4,
  from?: {readonly number: number; readonly end: number},
): Promise<readonly Line[]> {
  const lines: Line[] = []
  const bytes = async function* () {
    for (let at = 0; at < Buffer.byteLength(text); at += size) yield Buffer.from(text).subarray(at, at + size)
  }
  for await (const line of readJson(bytes(), from)) lines.push(line)
  return lines
}
