import assert from 'node:assert/strict'
import {parseMultipart, parsePart, type Part, writeMultipart} from '#lib/erp/odata/multipart.js'

function plain(part: Part | undefined) {
  return part && {headers: Object.fromEntries(part.headers), content: part.content}
}

describe('parseMultipart', () => {
  it('reads what writeMultipart wrote', () => {
    const body = writeMultipart('b', ['Content-ID: 1\r\n\r\nfirst --b\r\nline', 'A: b\r\n\r\n'])

    assert.deepEqual(parseMultipart(body, 'multipart/mixed; boundary=b').map(plain), [
      {headers: {'content-id': '1'}, content: 'first --b\r\nline'},
      {headers: {a: 'b'}, content: ''},
    ])
  })

  it('keeps a boundary apart from a longer one that begins with it', () => {
    const inner = writeMultipart('b_1', ['A: 1\r\n\r\nx'])
    const body = writeMultipart('b', [`Content-Type: multipart/mixed; boundary=b_1\r\n\r\n${inner}`])

    const [outer, ...more] = parseMultipart(body, 'Multipart/Mixed; charset=utf-8; boundary="b"')

    assert.deepEqual(more, [])
    assert.deepEqual(parseMultipart(outer?.content ?? '', 'multipart/mixed;boundary=b_1').map(plain), [
      {headers: {a: '1'}, content: 'x'},
    ])
  })

  it('takes bare line feeds, a preamble and an epilogue', () => {
    const body = 'to whom it may concern\n--b\nA: 1\n\nx\n--b--\nregards'

    assert.deepEqual(parseMultipart(body, 'multipart/mixed; boundary=b').map(plain), [
      {headers: {a: '1'}, content: 'x'},
    ])
  })

  it('leaves out the part in which the body breaks off', () => {
    const body = '--b\r\nA: 1\r\n\r\nwhole\r\n--b\r\nA: 2\r\n\r\nha'

    assert.deepEqual(parseMultipart(body, 'multipart/mixed; boundary=b').map(plain), [
      {headers: {a: '1'}, content: 'whole'},
    ])
  })

  it('finds no part in anything else', () => {
    const body = writeMultipart('b', ['A: 1\r\n\r\nx'])

    assert.deepEqual(parseMultipart(body, null), [])
    assert.deepEqual(parseMultipart(body, 'application/json'), [])
    assert.deepEqual(parseMultipart(body, 'multipart/mixed; boundary=other'), [])
    assert.deepEqual(parseMultipart('', 'multipart/mixed; boundary=b'), [])
  })

  it('keeps the place of a part whose headers are none', () => {
    const body = writeMultipart('b', ['a header with spaces: 1\r\n\r\nx', 'A: 2\r\n\r\ny'])

    assert.deepEqual(parseMultipart(body, 'multipart/mixed; boundary=b').map(plain), [
      undefined,
      {headers: {a: '2'}, content: 'y'},
    ])
  })
})

describe('parsePart', () => {
  it('splits at the first blank line alone', () => {
    assert.deepEqual(plain(parsePart('A: 1\r\nB: x:y\r\n\r\none\r\n\r\ntwo')), {
      headers: {a: '1', b: 'x:y'},
      content: 'one\r\n\r\ntwo',
    })
  })

  it('takes a part without headers or without content', () => {
    assert.deepEqual(plain(parsePart('\r\ncontent')), {headers: {}, content: 'content'})
    assert.deepEqual(plain(parsePart('A: 1')), {headers: {a: '1'}, content: ''})
  })
})
