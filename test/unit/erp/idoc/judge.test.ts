import assert from 'node:assert/strict'
import type {Exchange} from '#lib/erp/http/exchange.js'
import {redactor} from '#lib/erp/http/redact.js'
import {judgePing, judgePost, type Occasion} from '#lib/erp/idoc/judge.js'
import {messagesOf} from '#lib/erp/message-table.js'
import type {Failure} from '#lib/kernel/failure.js'

const occasion: Occasion = {
  stage: 'call',
  title: 'IDoc ORDERS05',
  findMessage: messagesOf({messages: [{code: 'VP/204', class: 'transient'}]}),
  redact: redactor({user: 'U', password: 's3cret'}),
  nowMs: 0,
}

function answered(
  status: number,
  text = '',
  headers: Record<string, string> = {},
  cutBy: string | null = null,
): Exchange {
  return {kind: 'answered', answer: {status, text, json: undefined, headers: new Headers(headers), cutBy}}
}

function soap(content: string): string {
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${content}</s:Body></s:Envelope>`
}

function fault(code: string, message?: readonly [string, string]): string {
  const detail = message && `<detail><M><ID>${message[0]}</ID><Number>${message[1]}</Number></M></detail>`
  return soap(`<s:Fault><faultcode>s:${code}</faultcode><faultstring>No s3cret</faultstring>${detail ?? ''}</s:Fault>`)
}

function verdict({class: kind, executed, code}: Failure): string {
  return `${kind} ${executed} ${code}`
}

function failureOf(exchange: Exchange): Failure {
  const outcome = judgePost(exchange, occasion)
  return outcome.kind === 'failed' ? outcome.failure : assert.fail('accepted')
}

describe('judgePost', () => {
  it('takes an envelope without a fault for accepted, and HTTP’s own word for it', () => {
    const outcomes = [answered(200, soap('<R><DB_ID>42</DB_ID></R>')), answered(200, soap('')), answered(202)].map(
      (exchange) => judgePost(exchange, occasion),
    )

    assert.deepEqual(outcomes, [
      {kind: 'accepted', number: '42'},
      {kind: 'accepted', number: null},
      {kind: 'accepted', number: null},
    ])
  })

  for (const [what, exchange, wanted] of [
    [
      'a fault with a message that is not listed',
      answered(500, fault('Server', ['ZZ', '001'])),
      'permanent no sap:ZZ/001',
    ],
    ['a fault with a lock message', answered(500, fault('Server', ['V1', '042'])), 'transient no sap:V1/042'],
    [
      'a fault with a message that the flow rules on',
      answered(500, fault('Client', ['VP', '204'])),
      'transient no sap:VP/204',
    ],
    ['an id that is in process', answered(500, fault('Client', ['EA', '728'])), 'in_doubt unknown sap:EA/728'],
    ['a fault of the sender', answered(500, fault('Client')), 'permanent no soap:Client'],
    ['a fault of SAP’s without a message', answered(500, fault('Server')), 'in_doubt unknown soap:Server'],
    ['a fault beside a success', answered(200, fault('Client')), 'permanent no soap:Client'],
    ['a success without an envelope', answered(200, '<html>Login</html>'), 'in_doubt unknown http:200'],
    ['an empty success', answered(200), 'in_doubt unknown http:200'],
    ['an answer that broke off', answered(200, '', {}, 'ECONNRESET'), 'in_doubt unknown net:ECONNRESET'],
    ['a 202 that broke off', answered(202, '', {}, 'ECONNRESET'), 'in_doubt unknown net:ECONNRESET'],
    ['a refused logon, whatever is beneath', answered(401, fault('Client')), 'config no http:401'],
    ['a missing permission', answered(403), 'config no http:403'],
    ['no service', answered(404, 'Not found'), 'config no http:404'],
    ['too many requests', answered(429), 'throttled no http:429'],
    ['the page of ICM', answered(503, '<h1>Service unavailable</h1> ICM'), 'transient no http:503'],
    ['a proxy that waited in vain', answered(504), 'in_doubt unknown http:504'],
    ['an error page', answered(500, '<html>Oops</html>'), 'in_doubt unknown http:500'],
    ['no connection', {kind: 'broken', error: {code: 'ECONNREFUSED', isUnsent: true}}, 'transient no net:ECONNREFUSED'],
    ['a timeout', {kind: 'broken', error: {code: 'TIMEOUT', isUnsent: false}}, 'in_doubt unknown net:TIMEOUT'],
  ] as const satisfies readonly (readonly [string, Exchange, string])[]) {
    it(`judges ${what}: ${wanted}`, () => {
      assert.equal(verdict(failureOf(exchange)), wanted)
    })
  }

  it('keeps what SAP said and how long it wants to be left alone, without our secrets', () => {
    const failure = failureOf(answered(500, fault('Server'), {'retry-after': '7'}))

    assert.equal(failure.text, 'IDoc ORDERS05: No ***')
    assert.equal(failure.retryAfterMs, 7000)
    assert.doesNotMatch(JSON.stringify(failure.answer), /s3cret/)
  })
})

describe('judgePing', () => {
  it('takes every word of a SOAP service for a sign of life', () => {
    const answers = [
      answered(500, fault('Client')),
      answered(200, '<html/>'),
      answered(405),
      answered(400),
      answered(415),
    ]

    assert.deepEqual(
      answers.map((exchange) => judgePing(exchange, occasion)),
      answers.map(() => undefined),
    )
  })

  it('says why nobody is there', () => {
    const failures = [answered(401), answered(404), answered(503), answered(502)].map((exchange) =>
      judgePing(exchange, {...occasion, stage: 'probe'}),
    )

    assert.deepEqual(
      failures.map((failure) => failure && `${verdict(failure)} ${failure.stage}`),
      [
        'config no http:401 probe',
        'config no http:404 probe',
        'transient no http:503 probe',
        'transient no http:502 probe',
      ],
    )
  })
})
