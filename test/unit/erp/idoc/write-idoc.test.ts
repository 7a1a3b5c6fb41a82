import assert from 'node:assert/strict'
import {idocOperation} from '#lib/config/idoc-kind.js'
import {chosenReference} from '#lib/erp/idoc/chosen-reference.js'
import {findProblem, writeIdoc} from '#lib/erp/idoc/write-idoc.js'
import {readXml, type XmlElement} from '#lib/kernel/xml.js'

const partners = {SNDPRT: 'LS', SNDPRN: 'ERPSYNC', RCVPRN: 'SBXCLNT100'}
const body = {E1EDK01: {CURCY: 'EUR'}}

function operation(changes: object = {}) {
  return idocOperation.parse({kind: 'idoc', idocType: 'ORDERS05', messageType: 'ORDERS', map: 'm', ...changes})
}

/** The names and texts of the control record. */
function controlOf(idoc: XmlElement | undefined): readonly (readonly [string, string])[] {
  return idoc?.children[0]?.children.map(({name, text}) => [name, text] as const) ?? []
}

function idocIn(xml: string): {readonly root: XmlElement; readonly idoc: XmlElement} {
  const root = readXml(xml)?.children[0]?.children[0]
  const idoc = root?.children[0]
  return root !== undefined && idoc !== undefined ? {root, idoc} : assert.fail(xml)
}

function write(changes: object, sent: Readonly<Record<string, unknown>> = body) {
  const written = writeIdoc(operation(changes), partners, sent, 'urn:sap.com:msgid=f:1')
  return written.ok ? idocIn(written.xml) : assert.fail(written.problem)
}

describe('writeIdoc', () => {
  it('writes one IDoc in the namespace of exactly once, control record first', () => {
    const {root, idoc} = write({})

    assert.deepEqual([root.name, root.namespace], ['ORDERS05', 'urn:sap-com:document:sap:idoc:soap:messages'])
    assert.deepEqual(
      idoc.children.map(({name}) => name),
      ['EDI_DC40', 'E1EDK01'],
    )
    assert.deepEqual(controlOf(idoc), [
      ['TABNAM', 'EDI_DC40'],
      ['DIRECT', '2'],
      ['IDOCTYP', 'ORDERS05'],
      ['MESTYP', 'ORDERS'],
      ['SNDPRT', 'LS'],
      ['SNDPRN', 'ERPSYNC'],
      ['RCVPRN', 'SBXCLNT100'],
      ['ARCKEY', 'urn:sap.com:msgid=f:1'],
    ])
  })

  it('puts the partners of the operation over those of the destination, and those of the mapping over both', () => {
    const {idoc} = write(
      {control: {SNDPRN: 'SHOP', MESCOD: 'WEB'}, extension: 'ZORDERS05'},
      {...body, EDI_DC40: {SNDPRT: 'KU', SNDPRN: '4711'}},
    )

    const control = new Map(controlOf(idoc))
    assert.deepEqual(
      ['SNDPRT', 'SNDPRN', 'RCVPRN', 'MESCOD', 'CIMTYP'].map((name) => control.get(name)),
      ['KU', '4711', 'SBXCLNT100', 'WEB', 'ZORDERS05'],
    )
  })

  it('names an extended type by its extension', () => {
    assert.equal(write({extension: '/ACME/ORDERS'}).root.name, '_-ACME_-ORDERS')
  })

  it('makes nothing of an IDoc without a sender', () => {
    const written = writeIdoc(operation(), {SNDPRT: 'LS'}, body, 'urn:sap.com:msgid=f:1')

    assert.deepEqual(written, {ok: false, problem: 'EDI_DC40 names no sender: SNDPRT and SNDPRN are needed'})
  })
})

describe('findProblem', () => {
  it('finds none in a body of segments', () => {
    assert.equal(findProblem({...body, EDI_DC40: {SNDPRN: '4711'}}), undefined)
  })

  it('says what keeps a body from being an IDoc', () => {
    const problems = [
      {},
      {EDI_DC40: {SNDPRN: '4711'}},
      {...body, EDI_DC40: {SNDPRN: '12345678901'}},
      {...body, EDI_DC40: {ARCKEY: 'mine'}},
      {...body, EDI_DC40: 'x'},
      {CURCY: 'EUR'},
    ].map(findProblem)

    assert.deepEqual(problems.slice(0, 2), ['The mapping gave no segment', 'The mapping gave no segment'])
    assert.match(problems[2] ?? '', /^EDI_DC40\.SNDPRN: /)
    assert.match(problems[3] ?? '', /^EDI_DC40: .*ARCKEY/)
    assert.match(problems[4] ?? '', /^EDI_DC40: /)
    assert.equal(problems[5], 'CURCY is no segment: an object with its fields is expected')
  })
})

describe('chosenReference', () => {
  it('takes the field named, of several segments that of the first', () => {
    const found = [
      {E1EDK02: {BELNR: 'PO-1'}},
      {E1EDK02: [{BELNR: 'PO-2'}, {BELNR: 'PO-3'}]},
      {E1EDK02: [{BELNR: ''}]},
      {E1EDK02: []},
      {},
    ].map((sent) => chosenReference(operation({reference: 'E1EDK02.BELNR'}), sent))

    assert.deepEqual(found, ['PO-1', 'PO-2', null, null, null])
  })

  it('finds none where the operation names no field', () => {
    assert.equal(chosenReference(operation(), {E1EDK02: {BELNR: 'PO-1'}}), null)
  })
})
