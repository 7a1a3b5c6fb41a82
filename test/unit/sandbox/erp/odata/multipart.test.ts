import assert from 'node:assert/strict'
import {parseMultipart, writeMultipart} from '#lib/sandbox/erp/odata/multipart.js'

describe('parseMultipart', () => {
  it('reads what writeMultipart wrote', () => {
    const body = writeMultipart('b', [
      'Content-Type: text/plain\r\nContent-ID: 1\r\n\r\nfirst --b\r\nline',
      'A: b\r\n\r\n',
    ])

    assert.deepEqual(parseMultipart(body, 'multipart/mixed; boundary=b'), [
      {headers: {'content-type': 'text/plain', 'content-id': '1'}, content: 'first --b\r\nline'},
      {headers: {a: 'b'}, content: ''},
    ])
  })

  it('keeps a boundary apart from a longer one that begins with it', () => {
    const inner = writeMultipart('b_1', ['A: 1\r\n\r\nx'])
    const body = writeMultipart('b', [`Content-Type: multipart/mixed; boundary=b_1\r\n\r\n${inner}`])

    const [outer, ...more] = parseMultipart(body, 'multipart/mixed; boundary="b"')

    assert.deepEqual(more, [])
    assert.deepEqual(parseMultipart(outer?.content ?? '', 'multipart/mixed;boundary=b_1'), [
      {headers: {a: '1'}, content: 'x'},
    ])
  })

  it('takes bare line feeds, as some clients send', () => {
    assert.deepEqual(parseMultipart('--b\nA: 1\n\nx\n--b--\n', 'multipart/mixed; boundary=b'), [
      {headers: {a: '1'}, content: 'x'},
    ])
  })

  it('answers 400 to no boundary and to no part', () => {
    assert.throws(() => parseMultipart('--b--', 'multipart/mixed; boundary=b'), {status: 400})
    assert.throws(() => parseMultipart('', 'multipart/mixed'), {status: 400})
  })
})
