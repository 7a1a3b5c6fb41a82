import assert from 'node:assert/strict'
import {LineBuffer} from '#lib/sandbox/erp/rfc/line-buffer.js'

describe('LineBuffer', () => {
  const linesOf = (buffer: LineBuffer) => {
    const lines: string[] = []
    for (let line = buffer.shift(); line; line = buffer.shift()) lines.push(line.toString())
    return lines
  }

  it('puts lines together from pieces, and pieces apart into lines', () => {
    const buffer = new LineBuffer(100)

    for (const piece of ['on', 'e\ntwo\n\nthr', 'ee', '\nfo']) buffer.push(Buffer.from(piece))

    assert.deepEqual(linesOf(buffer), ['one', 'two', '', 'three'])
    assert.deepEqual(linesOf(buffer), [])
  })

  it('says when more waits than is allowed, in lines or without end', () => {
    const [lines, endless] = [new LineBuffer(6), new LineBuffer(6)]

    assert.deepEqual(
      ['one\n', 'tw', 'o\n'].map((piece) => lines.push(Buffer.from(piece))),
      [true, true, false],
    )
    assert.deepEqual(
      ['onet', 'wo', 't'].map((piece) => endless.push(Buffer.from(piece))),
      [true, true, false],
    )
  })

  it('has room again for what was taken out', () => {
    const buffer = new LineBuffer(6)

    buffer.push(Buffer.from('one\n'))
    buffer.shift()

    assert.equal(buffer.push(Buffer.from('five\n')), true)
  })
})
