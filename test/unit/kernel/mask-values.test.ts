import assert from 'node:assert/strict'
import {maskTexts, textMask} from '#lib/kernel/mask-values.js'

describe('textMask', () => {
  it('masks values wherever they occur, in upper and lower case alike', () => {
    const mask = textMask(['Ada Lovelace', 'ada@example.com'])

    assert.equal(mask('Partner ADA LOVELACE <ada@example.com> is blocked'), 'Partner *** <***> is blocked')
    assert.equal(mask('Partner 4711 is blocked'), 'Partner 4711 is blocked')
  })

  it('masks the longer of two values that begin alike as a whole', () => {
    assert.equal(textMask(['Ada', 'Ada Lovelace'])('Ada Lovelace, Ada'), '***, ***')
  })

  it('leaves values of fewer than three characters alone', () => {
    assert.equal(textMask(['I', 'no', '  '])('I know'), 'I know')
  })

  it('masks what SAP has cut off, from ten characters on', () => {
    const mask = textMask(['Utica Office Supply Inc.', 'x'.repeat(300)])

    assert.equal(mask('SORT1 UTICA OFFICE SUPPLY: too long'), 'SORT1 ***: too long')
    assert.equal(mask('SORTL UTICA OFFI, Utica'), 'SORTL ***, Utica')
    assert.equal(mask(`"${'x'.repeat(300)}"`), '"***"')
  })

  it('masks values as they stand in JSON, XML, URLs and filters', () => {
    const mask = textMask([`O'Neil & "Söhne"`])

    for (const form of [
      String.raw`O'Neil & \"Söhne\"`,
      'O&apos;Neil &amp; &quot;Söhne&quot;',
      "O'Neil%20%26%20%22S%C3%B6hne%22",
      `O''Neil & "Söhne"`,
    ]) {
      assert.equal(mask(`<${form}>`), '<***>')
    }
  })

  it('takes values with every character that means something in a pattern', () => {
    for (const value of [
      'a.b',
      '(abc',
      '[abc]',
      '{2,3}',
      'a|b|c',
      String.raw`\d\d`,
      '^a$',
      '+49*1?',
      'a/b-c',
      'a\uD800b',
    ]) {
      assert.equal(textMask([value])(`<${value}> axb`), '<***> axb')
    }
  })
})

describe('maskTexts', () => {
  it('masks texts and numbers at any depth, and leaves names alone', () => {
    const answer = {name: 'Ada', rows: [{NAME1: 'Ada Lovelace', AGE: 117, OK: true, NONE: null}], Ada: 1}

    const masked = maskTexts(answer, textMask(['Ada', '117']))

    assert.deepEqual(masked, {name: '***', rows: [{NAME1: '*** Lovelace', AGE: '***', OK: true, NONE: null}], Ada: 1})
  })
})
