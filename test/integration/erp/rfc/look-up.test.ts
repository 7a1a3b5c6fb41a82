import assert from 'node:assert/strict'
import type {RfcOperation} from '#lib/config/rfc-kind.js'
import type {RfcProbe} from '#lib/config/rfc-probe.js'
import type {ProbeOutcome} from '#lib/erp/connector.js'
import {documentOf, never, orderDocument, type RfcSetup, salesOrder, setupRfc, writeMapping} from './rfc-setup.js'

describe('probe by RFC', () => {
  let rfc: RfcSetup
  before(async function () {
    rfc = await setupRfc(this)
  })
  beforeEach(async () => rfc.admin.reset())
  after(async () => rfc.close())

  const probe = async (settings: RfcProbe, document = orderDocument('A-1/1'), changes: Partial<RfcOperation> = {}) =>
    rfc.connect(salesOrder({...changes, probe: settings})).probe(document, never)
  const inTable = (table: string, field: string, result: string) =>
    ({kind: 'table', settle: 0, table, field, result}) as const
  const byFunction = async (name: string, parameters: string, found: string): Promise<RfcProbe> => {
    const path = await writeMapping(rfc.folder, 'look-up.jsonata', parameters)
    return {kind: 'function', settle: 0, function: name, parameters: path, found}
  }

  it('tells several documents of one reference apart from one', async () => {
    const connector = rfc.connect(salesOrder())
    await connector.submit(orderDocument('A-1/1'), never)
    await connector.submit(orderDocument('A-1/1'), never)

    assert.deepEqual(await connector.probe(orderDocument('A-1/1'), never), {
      kind: 'several',
      documentNumbers: ['0000000001', '0000000002'],
    })
  })

  it('asks for the reference that the mapping chose, quotes and all', async () => {
    const connector = rfc.connect(salesOrder())
    const document = orderDocument('ignored', {
      ORDER_HEADER_IN: {DOC_TYPE: 'TA', SALES_ORG: '1010', DISTR_CHAN: '10', DIVISION: '00', PURCH_NO_C: "O'Neil/1"},
    })
    const outcome = await connector.submit(document, never)

    assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
    assert.equal((await connector.probe(document, never)).kind, 'found')
  })

  it('finds nothing by a reference that the field has no room for, and does not say that it is absent', async () => {
    const outcomes = [
      await probe(inTable('KNA1', 'SORTL', 'KUNNR'), orderDocument('LONGER-THAN-TEN')),
      await probe(inTable('VBAK', 'BSTNK', 'VBELN'), orderDocument('X'.repeat(60))),
    ]

    assert.deepEqual(outcomes.map(shown), Array(2).fill('config rfc:reference_too_long'))
  })

  it('says that a table or a field does not exist', async () => {
    const outcomes = [await probe(inTable('VBAP', 'BSTNK', 'VBELN')), await probe(inTable('VBAK', 'BSTKD', 'VBELN'))]

    assert.deepEqual(outcomes.map(shown), [
      'permanent rfc:abap:TABLE_NOT_AVAILABLE',
      'permanent rfc:abap:OPTION_NOT_VALID',
    ])
  })

  it('has a function look, and an expression say what it found', async () => {
    const answers = {
      'CUSTOMERADDRESS.CUSTOMER': {kind: 'found', documentNumber: 'USCU_S01'},
      'CUSTOMERADDRESS.CUSTOMER = "USCU_S01"': {kind: 'found', documentNumber: null},
      '["1", "2", "1"]': {kind: 'several', documentNumbers: ['1', '2']},
      'CUSTOMERADDRESS.CUSTOMER = reference ? "1"': {kind: 'absent'},
      'document.reference = reference ? 7': {kind: 'found', documentNumber: '7'},
      '[]': {kind: 'absent'},
    }
    for (const [found, outcome] of Object.entries(answers)) {
      const settings = await byFunction('BAPI_CUSTOMER_GETDETAIL2', '{"CUSTOMERNO": "USCU_S01"}', found)
      assert.deepEqual(await probe(settings), outcome, found)
    }
  })

  it('takes an error that the function returns for "not there", unless it says something else', async () => {
    const settings = await byFunction(
      'BAPI_CUSTOMER_GETDETAIL2',
      '{"CUSTOMERNO": "NOBODY"}',
      'CUSTOMERADDRESS.CUSTOMER',
    )

    const absent = await probe(settings)
    const locked = await probe(settings, orderDocument('A-1/1'), {messages: [{code: 'F2/163', class: 'transient'}]})

    assert.deepEqual(absent, {kind: 'absent'})
    assert.equal(shown(locked), 'transient sap:F2/163')
  })

  it('believes no answer that is none, and sends no parameters that do not fit', async () => {
    const name = 'BAPI_CUSTOMER_GETDETAIL2'
    const outcomes = [
      await probe(await byFunction(name, '{"CUSTOMERNO": "USCU_S01"}', '{"a": 1}')),
      await probe(await byFunction(name, '{"CUSTOMERNO": "LONGER-THAN-TEN"}', '"1"')),
      await probe(await byFunction(name, '{"CUSTOMER": "USCU_S01"}', '"1"')),
      await probe(await byFunction(name, '"text"', '"1"')),
    ]

    assert.deepEqual(outcomes.map(shown), [
      'config rfc:found_invalid',
      'permanent rfc:too_long',
      'permanent rfc:unknown_parameter',
      'permanent map:not_an_object',
    ])
  })
})

describe('submit by RFC, of a document that does not fit', () => {
  let rfc: RfcSetup
  before(async function () {
    rfc = await setupRfc(this)
  })
  after(async () => rfc.close())

  it('sends nothing, and names the parameter', async () => {
    const connector = rfc.connect(salesOrder())

    const outcome = await connector.submit(orderDocument('R'.repeat(36)), never)

    assert.deepEqual(outcome, {
      kind: 'failed',
      failure: {
        class: 'permanent',
        executed: 'no',
        code: 'rfc:too_long',
        text: 'BAPI_SALESORDER_CREATEFROMDAT2: ORDER_HEADER_IN.PURCH_NO_C: has room for 35 characters, not for 36',
        stage: 'map',
      },
    })
    assert.equal((await rfc.admin.stats()).effects.creates, 0)
  })

  it('says that the operation names a parameter that the function does not give', async () => {
    const [step] = salesOrder().steps
    assert.ok(step)
    for (const wrong of [
      {...step, return: 'ET_RETURN'},
      {...step, result: 'DOCUMENT.NUMBER'},
    ]) {
      const outcome = await rfc.connect(salesOrder({steps: [wrong]})).submit(orderDocument('F-1'), never)
      assert.equal(outcome.kind === 'failed' && outcome.failure.code, 'rfc:unknown_parameter')
      assert.equal(outcome.kind === 'failed' && outcome.failure.class, 'config')
    }
  })

  it('carries every type there and back', async () => {
    const values = {
      C: 'äö',
      N: '00042',
      D: '20240229',
      T: '235959',
      S: 'long',
      X: 'C0FFEE00',
      XS: 'DEAD',
      P: '-1.50',
      I8: 7,
    }
    const echo = salesOrder({
      steps: [{function: 'Z_SIM_ECHO', parameters: 'unused', result: 'ES.X'}],
      method: 'change',
      commit: 'none',
    })

    const outcome = await rfc.connect(echo).submit(documentOf('E-1', {IS: values}), never)

    assert.deepEqual(outcome, {kind: 'done', documentNumber: 'C0FFEE00'})
  })

  it('takes several steps for one unit of work: a refusal of the second undoes the first', async () => {
    const [step] = salesOrder().steps
    assert.ok(step)
    const twice = salesOrder({steps: [step, step]})
    const [good] = orderDocument('S-1').body.steps as readonly object[]
    const bad = {...good, ORDER_PARTNERS: [{PARTN_ROLE: 'AG', PARTN_NUMB: 'NOBODY'}]}
    const named = (parameters: object | undefined, reference: string) => ({
      ...parameters,
      ORDER_HEADER_IN: {SALES_ORG: '1010', DISTR_CHAN: '10', DIVISION: '00', DOC_TYPE: 'TA', PURCH_NO_C: reference},
    })

    const refused = await rfc.connect(twice).submit(documentOf('S-1', named(good, 'S-1'), named(bad, 'S-2')), never)
    const booked = await rfc.connect(twice).submit(documentOf('S-3', named(good, 'S-3'), named(good, 'S-4')), never)

    assert.equal(refused.kind === 'failed' && refused.failure.code, 'sap:VP/204')
    assert.equal(booked.kind, 'done')
    const creates = []
    for (const reference of ['S-1', 'S-2', 'S-3', 'S-4']) creates.push((await rfc.admin.effectOf(reference)).creates)
    assert.deepEqual(creates, [0, 0, 1, 1])
  })
})

function shown(outcome: ProbeOutcome): string {
  return outcome.kind === 'failed' ? `${outcome.failure.class} ${outcome.failure.code}` : outcome.kind
}
