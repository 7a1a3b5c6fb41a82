import assert from 'node:assert/strict'
import {Readable} from 'node:stream'
import type {Line} from '#lib/intake/readers/line.js'
import {readNdjson} from '#lib/intake/readers/read-ndjson.js'

describe('readNdjson', () => {
  const read = async (chunks: readonly (string | Buffer)[]): Promise<readonly Line[]> =>
    collect(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))

  it('numbers lines from 1 and skips empty ones', async () => {
    assert.deepEqual(await read(['{"a":1}\n\n  \n{"a":2}\n']), [
      {number: 1, text: '{"a":1}', document: {a: 1}, end: 8},
      {number: 4, text: '{"a":2}', document: {a: 2}, end: 20},
    ])
  })

  it('takes lines of Windows, a byte-order mark and a last line without an end', async () => {
    assert.deepEqual(await read(['\uFEFF{"a":1}\r\n{"a":2}']), [
      {number: 1, text: '{"a":1}', document: {a: 1}, end: 12},
      {number: 2, text: '{"a":2}', document: {a: 2}, end: 19},
    ])
  })

  it('puts characters and lines together wherever the chunks are cut', async () => {
    const bytes = Buffer.from('{"name":"Grüße 😀"}\n{"name":"Ω"}\n')

    for (let cut = 1; cut < bytes.length; cut++) {
      const lines = await read([bytes.subarray(0, cut), bytes.subarray(cut)])

      assert.deepEqual(
        lines.map((line) => 'document' in line && line.document),
        [{name: 'Grüße 😀'}, {name: 'Ω'}],
      )
    }
  })

  it('says of each of many lines in one chunk where the next one begins', async () => {
    const lines = await read([`${'1\n'.repeat(1700)}2`])

    assert.deepEqual(
      lines.map(({number, end}) => [number, end]),
      Array.from({length: 1701}, (_, index) => [index + 1, index === 1700 ? 3401 : 2 * (index + 1)]),
    )
    assert.deepEqual(lines.at(-1), {number: 1701, text: '2', document: 2, end: 3401})
  })

  it('names what is no JSON, and goes on', async () => {
    const [bad, good] = await read(['{"a":\n{"a":2}\n'])

    assert.ok(bad && 'problem' in bad && bad.problem.startsWith('is not JSON: '))
    assert.deepEqual(good, {number: 2, text: '{"a":2}', document: {a: 2}, end: 14})
  })

  it('quotes nothing of what is no JSON', async () => {
    for (const text of ['Ada Lovelace', '{"a": Ada}', '["Ada', '{"Ada" 1}', '"Ada" "Bob"', '{"Ada"', '\u0000Ada']) {
      const [line] = await read([`${text}\n`])

      assert.ok(line && 'problem' in line && !/Ada|Bob/.test(line.problem), JSON.stringify(line))
    }
  })

  it('refuses a line in another encoding and does not guess', async () => {
    const [line] = await read([Buffer.from('{"name":"M\xFCller"}\n', 'latin1')])

    assert.ok(line && 'problem' in line)
    assert.equal(line.problem, 'is not UTF-8 (byte 11)')
  })

  it('goes on behind any line as if it had read them all', async () => {
    const whole = '\uFEFF{"a":1}\r\n\nnonsense\n{"a":2}\n{"a":3'
    const all = await read([whole])

    for (const [index, {number, end}] of all.entries()) {
      const rest: Line[] = []
      for await (const line of readNdjson(Readable.from([Buffer.from(whole).subarray(end)]), {number, end}))
        rest.push(line)

      assert.deepEqual(rest, all.slice(index + 1))
    }
  })

  it('says of a last line that is none that the file may be cut off', async () => {
    const [, last] = await read(['{"a":1}\n{"a":2'])

    assert.ok(
      last && 'problem' in last && last.problem.endsWith('the file ends in the middle of it'),
      JSON.stringify(last),
    )
  })

  it('gives up a line that nobody could hold, and goes on behind it', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x')

    const lines = await read([...Array.from({length: 70}, () => chunk), '\n{"a":2}\n'])

    const size = 70 * chunk.length
    assert.deepEqual(lines, [
      {number: 1, text: '', problem: `has ${size} bytes, more than a document may have`, end: size + 1},
      {number: 2, text: '{"a":2}', document: {a: 2}, end: size + 9},
    ])
  })

  it('reads a long line in chunks in linear time', async () => {
    const chunk = 'x'.repeat(64 * 1024)
    const startedAt = performance.now()

    const [line] = await read(['{"a":"', ...Array.from({length: 500}, () => chunk), '"}\n'])

    assert.ok(line && 'document' in line)
    assert.equal(line.text.length, 500 * chunk.length + 8)
    assert.ok(performance.now() - startedAt < 3000)
  })

  it('passes on what breaks the stream', async () => {
    const input = Readable.from(
      (async function* broken() {
        yield Buffer.from('{"a":1}\n')
        throw new Error('disk is gone')
      })(),
    )

    await assert.rejects(collect(input), /disk is gone/)
  })
})

async function collect(input: Readable): Promise<readonly Line[]> {
  const lines: Line[] = []
  for await (const line of readNdjson(input)) lines.push(line)
  return lines
}
