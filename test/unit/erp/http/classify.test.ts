import assert from 'node:assert/strict'
import {messageTable} from '#lib/erp/message-table.js'
import {classifyAnswer, classifyNetworkError, type SeenAnswer} from '#lib/erp/http/classify.js'

function answer(status: number, seen: Partial<SeenAnswer> = {}): SeenAnswer {
  return {
    status,
    sapCodes: [],
    isSapError: (seen.sapCodes ?? []).length > 0,
    isDispatcherPage: false,
    hasRetryAfter: false,
    isTokenRequired: false,
    damage: null,
    ...seen,
  }
}

type Row = readonly [what: string, seen: SeenAnswer, write: string, read: string]

/** class/executed/code, as one text. */
function shown(verdict: ReturnType<typeof classifyAnswer>): string {
  return verdict === undefined ? 'success' : `${verdict.class} ${verdict.executed} ${verdict.code}`
}

describe('classifyAnswer', () => {
  const business = {sapCodes: ['V1/319']}
  const rows: readonly Row[] = [
    ['a success', answer(201), 'success', 'success'],
    ['204', answer(204), 'success', 'success'],
    [
      'a success with an error message',
      answer(201, {sapCodes: ['V1/555'], isSapError: true}),
      'permanent yes sap:V1/555',
      'success',
    ],
    [
      'a success with an error message without code',
      answer(200, {isSapError: true}),
      'permanent yes http:200',
      'success',
    ],
    [
      'a success whose body broke off',
      answer(201, {damage: {kind: 'cut', code: 'ECONNRESET'}}),
      'in_doubt unknown net:ECONNRESET',
      'transient no net:ECONNRESET',
    ],
    [
      'a success that is not JSON',
      answer(200, {damage: {kind: 'unreadable'}}),
      'in_doubt unknown http:200',
      'transient no http:200',
    ],
    ['a redirect', answer(302), 'config no http:302', 'config no http:302'],
    ['400 of SAP', answer(400, business), 'permanent no sap:V1/319', 'permanent no sap:V1/319'],
    ['400 of a proxy', answer(400), 'permanent no http:400', 'permanent no http:400'],
    ['401', answer(401), 'config no http:401', 'config no http:401'],
    [
      '403',
      answer(403, {sapCodes: ['/IWFND/CM_BEC/026']}),
      'config no sap:/IWFND/CM_BEC/026',
      'config no sap:/IWFND/CM_BEC/026',
    ],
    ['403 for want of a token', answer(403, {isTokenRequired: true}), 'transient no http:403', 'transient no http:403'],
    ['404 of SAP', answer(404, business), 'permanent no sap:V1/319', 'permanent no sap:V1/319'],
    ['404 of SAP without a code', answer(404, {isSapError: true}), 'permanent no http:404', 'permanent no http:404'],
    ['404 of nobody knows whom', answer(404), 'config no http:404', 'config no http:404'],
    ['405 of SAP', answer(405, business), 'permanent no sap:V1/319', 'permanent no sap:V1/319'],
    ['405 of nobody knows whom', answer(405), 'config no http:405', 'config no http:405'],
    [
      '404 whose body broke off',
      answer(404, {damage: {kind: 'cut', code: 'UND_ERR_SOCKET'}}),
      'in_doubt unknown net:UND_ERR_SOCKET',
      'transient no net:UND_ERR_SOCKET',
    ],
    [
      '400 whose body broke off',
      answer(400, {damage: {kind: 'cut', code: 'ECONNRESET'}}),
      'in_doubt unknown net:ECONNRESET',
      'transient no net:ECONNRESET',
    ],
    [
      '401 whose body broke off',
      answer(401, {damage: {kind: 'cut', code: 'ECONNRESET'}}),
      'config no http:401',
      'config no http:401',
    ],
    ['408', answer(408), 'transient no http:408', 'transient no http:408'],
    ['409 of SAP', answer(409, business), 'permanent no sap:V1/319', 'permanent no sap:V1/319'],
    [
      '412',
      answer(412, {sapCodes: ['/IWFND/CM_CONSUMER/101']}),
      'conflict no sap:/IWFND/CM_CONSUMER/101',
      'conflict no sap:/IWFND/CM_CONSUMER/101',
    ],
    ['415', answer(415, business), 'permanent no sap:V1/319', 'permanent no sap:V1/319'],
    ['422', answer(422, business), 'permanent no sap:V1/319', 'permanent no sap:V1/319'],
    ['423', answer(423), 'transient no http:423', 'transient no http:423'],
    ['428', answer(428), 'conflict no http:428', 'conflict no http:428'],
    ['429', answer(429, {hasRetryAfter: true}), 'throttled no http:429', 'throttled no http:429'],
    ['500 without a body of SAP', answer(500), 'in_doubt unknown http:500', 'transient no http:500'],
    [
      '500 of SAP',
      answer(500, {sapCodes: ['/IWBEP/CM_MGW_RT/000']}),
      'in_doubt unknown sap:/IWBEP/CM_MGW_RT/000',
      'transient no sap:/IWBEP/CM_MGW_RT/000',
    ],
    ['500 for a lock', answer(500, {sapCodes: ['V1/042']}), 'transient no sap:V1/042', 'transient no sap:V1/042'],
    [
      '500 with a refusal that may have come too late',
      answer(500, {sapCodes: ['BK/025']}),
      'in_doubt unknown sap:BK/025',
      'transient no sap:BK/025',
    ],
    ['501', answer(501), 'config no http:501', 'config no http:501'],
    ['502', answer(502), 'in_doubt unknown http:502', 'transient no http:502'],
    ['503 with Retry-After', answer(503, {hasRetryAfter: true}), 'transient no http:503', 'transient no http:503'],
    ['503 of the dispatcher', answer(503, {isDispatcherPage: true}), 'transient no http:503', 'transient no http:503'],
    ['503 of nobody knows whom', answer(503), 'in_doubt unknown http:503', 'transient no http:503'],
    ['504', answer(504), 'in_doubt unknown http:504', 'transient no http:504'],
    ['another 4xx', answer(413), 'permanent no http:413', 'permanent no http:413'],
    ['another 5xx', answer(520), 'in_doubt unknown http:520', 'transient no http:520'],
  ]

  for (const [what, seen, write, read] of rows) {
    it(`judges ${what}`, () => {
      assert.deepEqual(
        {write: shown(classifyAnswer(seen, 'write')), read: shown(classifyAnswer(seen, 'read'))},
        {write, read},
      )
    })
  }

  it('goes by the message table wherever the status leaves it open', () => {
    for (const status of [400, 404, 405, 409, 415, 422, 423]) {
      for (const row of messageTable) {
        const verdict = classifyAnswer(answer(status, {sapCodes: ['/IWBEP/OTHER/001', row.code]}), 'write')

        assert.equal(shown(verdict), `${row.class} ${row.executed} sap:${row.code}`)
      }
    }
  })

  it('does not let a message soften what the status says clearly', () => {
    const statuses = [401, 403, 412, 428, 429]
    const classes = statuses.map((status) => classifyAnswer(answer(status, {sapCodes: ['V1/042']}), 'write')?.class)

    assert.deepEqual(classes, ['config', 'config', 'conflict', 'conflict', 'throttled'])
  })
})

describe('classifyNetworkError', () => {
  const unsent = [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'UND_ERR_CONNECT_TIMEOUT',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'HOSTNAME_MISMATCH',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  ]
  const open = [
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'UND_ERR_SOCKET',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'HPE_INVALID_CONSTANT',
    'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
    'EPROTO',
    'TIMEOUT',
    'ABORTED',
    'UNKNOWN',
  ]

  it('takes for unsent what fails before the connection stands', () => {
    for (const code of unsent) {
      const verdict = classifyNetworkError({code, isUnsent: false}, 'write')

      assert.deepEqual(verdict, {class: 'transient', executed: 'no', code: `net:${code}`})
    }
  })

  it('leaves all else in doubt', () => {
    for (const code of open) {
      const verdict = classifyNetworkError({code, isUnsent: false}, 'write')

      assert.deepEqual(verdict, {class: 'in_doubt', executed: 'unknown', code: `net:${code}`})
    }
  })

  it('knows no doubt where nothing was sent or nothing could change', () => {
    for (const code of open) {
      const verdict = {class: 'transient', executed: 'no', code: `net:${code}`}

      assert.deepEqual(classifyNetworkError({code, isUnsent: true}, 'write'), verdict)
      assert.deepEqual(classifyNetworkError({code, isUnsent: false}, 'read'), verdict)
    }
  })
})
