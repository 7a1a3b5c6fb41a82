import assert from 'node:assert/strict'
import {escapeXml, findUnfitForXml, readXml} from '#lib/kernel/xml.js'

describe('readXml', () => {
  it('resolves names, and keeps text, CDATA and children apart', () => {
    const root = readXml(
      '<?xml version="1.0"?><a:x xmlns:a="urn:a"><y>1 &amp; <![CDATA[<2>]]></y><!-- c --><a:z/></a:x>',
    )

    assert.deepEqual(root, {
      name: 'x',
      namespace: 'urn:a',
      text: '',
      children: [
        {name: 'y', namespace: '', text: '1 & <2>', children: []},
        {name: 'z', namespace: 'urn:a', text: '', children: []},
      ],
    })
  })

  it('gives nothing for what is not well-formed', () => {
    const broken = ['', 'no xml', '<a>', '<a></b>', '<a/><b/>', '<p:a/>', '<a>&nbsp;</a>', '<a b=1/>']

    assert.deepEqual(
      broken.map((source) => readXml(source)),
      broken.map(() => undefined),
    )
  })

  it('expands no entity of a DTD', () => {
    const source = '<!DOCTYPE a [<!ENTITY e "eeee"><!ENTITY f SYSTEM "file:///etc/passwd">]><a>&e;&f;</a>'

    assert.equal(readXml(source), undefined)
  })

  it('reads back what escapeXml wrote', () => {
    const text = `a & b < c > d ]]> "e" 'f'\r\n\tü 𝄞`

    assert.equal(readXml(`<a>${escapeXml(text)}</a>`)?.text, text)
  })
})

describe('findUnfitForXml', () => {
  it('names what cannot stand in a document', () => {
    const texts = ['plain\ttext\r\n ü 𝄞', 'a\u0000b', 'a\u000Bb', 'half \uD800 a pair', '\uFFFE']

    assert.deepEqual(texts.map(findUnfitForXml), [undefined, '\u0000', '\u000B', '\uD800', '\uFFFE'])
  })
})
