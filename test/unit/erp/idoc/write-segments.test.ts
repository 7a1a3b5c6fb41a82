import assert from 'node:assert/strict'
import {writeSegments} from '#lib/erp/idoc/write-segments.js'

function xmlOf(segments: Readonly<Record<string, unknown>>): string {
  const written = writeSegments(segments)
  return written.ok ? written.xml : assert.fail(written.problem)
}

function problemOf(segments: Readonly<Record<string, unknown>>): string {
  const written = writeSegments(segments)
  return written.ok ? assert.fail(written.xml) : written.problem
}

describe('writeSegments', () => {
  it('writes objects as segments and lists as their repetitions, in the order given', () => {
    const xml = xmlOf({E1EDK01: {CURCY: 'EUR'}, E1EDK14: [{QUALF: '008'}, {QUALF: '007'}], E1EDS01: {}})

    assert.equal(
      xml,
      '<E1EDK01 SEGMENT="1"><CURCY>EUR</CURCY></E1EDK01>' +
        '<E1EDK14 SEGMENT="1"><QUALF>008</QUALF></E1EDK14><E1EDK14 SEGMENT="1"><QUALF>007</QUALF></E1EDK14>' +
        '<E1EDS01 SEGMENT="1"></E1EDS01>',
    )
  })

  it('puts the fields of a segment before the segments inside it', () => {
    const xml = xmlOf({E1EDP01: {E1EDP19: [{IDTNR: 'TG11'}], MENGE: '2'}})

    assert.equal(
      xml,
      '<E1EDP01 SEGMENT="1"><MENGE>2</MENGE><E1EDP19 SEGMENT="1"><IDTNR>TG11</IDTNR></E1EDP19></E1EDP01>',
    )
  })

  it('escapes what a field holds', () => {
    assert.equal(xmlOf({S: {F: '<a & "b">\r\n'}}), '<S SEGMENT="1"><F>&lt;a &amp; "b"&gt;&#13;\n</F></S>')
  })

  it('writes numbers as digits and truth values as ABAP does, and leaves out what is not there', () => {
    const xml = xmlOf({S: {A: 1e-7, B: 12.5, C: true, D: false, E: null, F: undefined, G: ''}, T: null})

    assert.equal(xml, '<S SEGMENT="1"><A>0.0000001</A><B>12.5</B><C>X</C><D></D><G></G></S>')
  })

  it('writes the namespace of a name as XML has it', () => {
    assert.equal(
      xmlOf({'/ACME/E1EXT': {'/ACME/F': 'x'}}),
      '<_-ACME_-E1EXT SEGMENT="1"><_-ACME_-F>x</_-ACME_-F></_-ACME_-E1EXT>',
    )
  })

  it('names the place of what it cannot write', () => {
    const problems = [
      {E1EDK01: 'EUR'},
      {E1EDK14: [{QUALF: '008'}, 'x']},
      {E1EDP01: [{}, {E1EDP19: {IDTNR: 'a\u0001'}}]},
      {'E1EDK01><x': {}},
      {E1EDK01: {curcy: 'EUR'}},
    ].map(problemOf)

    assert.deepEqual(problems, [
      'E1EDK01 is no segment: an object with its fields is expected',
      'E1EDK14[1] is no segment: an object with its fields is expected',
      'E1EDP01[1].E1EDP19.IDTNR holds U+0001, which XML cannot carry',
      'E1EDK01><x has a name that no segment or field can have',
      'E1EDK01.curcy has a name that no segment or field can have',
    ])
  })
})
