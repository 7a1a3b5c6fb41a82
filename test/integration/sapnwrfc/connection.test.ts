import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {addonCases} from '../../support/addon-cases.js'
import {skipSuite} from '../../support/skip-suite.js'
import {cases} from './cases/connection.js'

describe('node-rfc: connections', () => {
  const {start, seen} = addonCases(new URL('./cases/connection.js', import.meta.url), cases, {
    libraryOnThePath: {env: {LD_LIBRARY_PATH: undefined}},
    libraryByItsPath: {env: {LD_LIBRARY_PATH: undefined}},
  })

  before(async function () {
    await start(this)
  })

  it('reports a version of the library that SAP has never released', async () => {
    const versions = await seen('versions')

    assert.deepEqual(versions, {version: '3.3.1', nwrfcsdk: {major: 7500, minor: 0, patchLevel: 9999}})
  })

  it('tells whom it is logged on to as whom', async () => {
    const {alive, connectionInfo, aliveAfterClose} = await seen('information')

    const {sysId, user, client, sysNumber, isoLanguage, language, partnerHost, rfcRole, codepage} = connectionInfo
    assert.deepEqual(
      {alive, aliveAfterClose, sysId, user, client, sysNumber, isoLanguage, language, partnerHost, rfcRole, codepage},
      {
        alive: true,
        aliveAfterClose: false,
        sysId: 'SBX',
        user: 'ERPSYNC',
        client: '100',
        sysNumber: '00',
        isoLanguage: 'EN',
        language: 'E',
        partnerHost: 'sandbox',
        rfcRole: 'C',
        codepage: '4103',
      },
    )
  })

  it('refuses a wrong password with a plain object that is no Error', async () => {
    const refused = await seen('wrongPassword')

    assert.deepEqual(refused, {
      error: {
        name: 'RfcLibError',
        group: 3,
        code: 2,
        codeString: 'RFC_LOGON_FAILURE',
        key: 'RFC_LOGON_FAILURE',
        message: 'Name or password is incorrect (repeat logon)',
      },
      isError: false,
      hasStack: false,
      alive: false,
    })
  })

  it('fails with group 4 where nothing listens', async () => {
    const failure = await seen('nothingListens')

    assert.deepEqual(failure, {name: 'RfcLibError', group: 4, code: 1, codeString: 'RFC_COMMUNICATION_FAILURE'})
  })

  it('fails with group 5 without a host', async () => {
    const failure = await seen('noHost')

    assert.deepEqual(failure, {
      name: 'RfcLibError',
      group: 5,
      code: 20,
      codeString: 'RFC_INVALID_PARAMETER',
      key: 'RFC_INVALID_PARAMETER',
      message: 'Parameter ASHOST, GWHOST, MSHOST or PORT is missing.',
    })
  })

  it('takes parameters that do not exist', async () => {
    const isAlive = await seen('unknownParameter')

    assert.equal(isAlive, true)
  })

  it('refuses a call on a closed client itself', async () => {
    const refusal = await seen('closedClient')

    assert.deepEqual(refusal, {
      name: 'nodeRfcError',
      message: 'RFM client request over closed connection: invoke() RFC_PING',
    })
  })

  it('holds no logon to the time-out of the client', async () => {
    const opened = await seen('slowOpen')

    assert.deepEqual(opened, {hasTakenItsTime: true, alive: true})
  })

  it('takes half a second of time-out for none', async () => {
    const called = await seen('fractionOfASecond')

    assert.deepEqual(called, {hasTakenItsTime: true})
  })

  it('throws at the documented option bcd: "string"', async () => {
    const thrown = await seen('decimalsAsString')

    assert.equal(thrown, 'TypeError: Client option "bcd" value not allowed: "string"')
  })

  it('names the library that it does not find', async function () {
    if (existsSync('/usr/local/sap/nwrfcsdk/lib')) skipSuite(this, "SAP's own library is installed here")

    const thrown = await seen('libraryOnThePath')

    assert.deepEqual(thrown, {code: 'ERR_DLOPEN_FAILED', namesTheFile: true})
  })

  it('uses a library that was loaded by its path before', async () => {
    const version = await seen('libraryByItsPath')

    assert.equal(version, '3.3.1')
  })

  it('empties _noderfc.log in its working directory when it is loaded', async () => {
    const left = await seen('logFile')

    assert.deepEqual(left, {files: ['_noderfc.log'], content: ''})
  })

  it('works where that file cannot be written', async () => {
    const hasAnswered = await seen('logFileInTheWay')

    assert.equal(hasAnswered, true)
  })
})
