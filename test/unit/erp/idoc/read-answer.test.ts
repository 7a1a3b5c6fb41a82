import assert from 'node:assert/strict'
import {readSoapAnswer} from '#lib/erp/idoc/read-answer.js'

function envelope(content: string, namespace = 'http://schemas.xmlsoap.org/soap/envelope/'): string {
  return `<?xml version="1.0"?><s:Envelope xmlns:s="${namespace}"><s:Header/><s:Body>${content}</s:Body></s:Envelope>`
}

describe('readSoapAnswer', () => {
  it('finds the number of an IDoc that was taken, whatever SAP calls it', () => {
    const answers = [
      '<n:R xmlns:n="urn:x"><IDOC_ASSIGN><item><TRANSFER_ID>1</TRANSFER_ID><DB_ID>42</DB_ID></item></IDOC_ASSIGN></n:R>',
      '<IdocAssign><TransferId>1</TransferId><DbId> 42 </DbId></IdocAssign>',
      '<R><DOCNUM>42</DOCNUM></R>',
      '<R/>',
      '',
    ].map((content) => readSoapAnswer(envelope(content)))

    assert.deepEqual(
      answers.map((answer) => answer?.kind === 'accepted' && answer.number),
      ['42', '42', '42', null, null],
    )
  })

  it('reads a fault with SAP’s message', () => {
    const fault =
      '<s:Fault><faultcode>s:Client</faultcode><faultstring xml:lang="en">IDoc SOAP Namespace - Violation</faultstring>' +
      '<detail><n:X xmlns:n="urn:x"><Name>E</Name><Text>t</Text><Message><ID>EA</ID><Number>28</Number></Message></n:X></detail>' +
      '</s:Fault>'

    assert.deepEqual(readSoapAnswer(envelope(fault)), {
      kind: 'fault',
      fault: {code: 'EA/028', text: 'IDoc SOAP Namespace - Violation', isSenders: true},
    })
  })

  it('reads a fault without one, of SOAP 1.1 and 1.2', () => {
    const plain = '<s:Fault><faultcode>s:Server</faultcode><faultstring>Processing error</faultstring></s:Fault>'
    const newer =
      '<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>Bad</s:Text></s:Reason></s:Fault>'

    assert.deepEqual(
      [readSoapAnswer(envelope(plain)), readSoapAnswer(envelope(newer, 'http://www.w3.org/2003/05/soap-envelope'))],
      [
        {kind: 'fault', fault: {code: undefined, text: 'Processing error', isSenders: false}},
        {kind: 'fault', fault: {code: undefined, text: 'Bad', isSenders: true}},
      ],
    )
  })

  it('lets no strange code into a failure', () => {
    const fault =
      '<s:Fault><faultstring>x</faultstring><detail><M><ID>a b</ID><Number>1</Number></M></detail></s:Fault>'

    const answer = readSoapAnswer(envelope(fault))

    assert.equal(answer?.kind === 'fault' ? answer.fault.code : 'none', undefined)
  })

  it('takes nothing else for an answer of SAP', () => {
    const texts = ['', 'OK', '<html><body/></html>', '<Envelope/>', envelope('').slice(0, -5)]

    assert.deepEqual(texts.map(readSoapAnswer), [undefined, undefined, undefined, undefined, undefined])
  })
})
