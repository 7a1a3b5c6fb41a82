import assert from 'node:assert/strict'
import {openRfc, type RfcClient} from '../../../../support/rfc-client.js'
import {messagesOf} from '../../../../support/rfc-order.js'
import {type BothFaces, json, setupBothFaces} from '../../../../support/sandbox-erp.js'

describe('customers on the RFC face', () => {
  let sandbox: BothFaces
  let client: RfcClient
  beforeEach(async () => {
    sandbox = await setupBothFaces()
    client = await openRfc(sandbox.rfc)
  })
  afterEach(async () => {
    client.close()
    await sandbox.close()
  })

  const change = async (CUSTOMERNO: string, data: object) =>
    client.call('BAPI_CUSTOMER_CHANGEFROMDATA1', {CUSTOMERNO, ...data})
  const rename = async (customer: string, NAME: string) =>
    change(customer, {PI_COMPANYDATA: {NAME}, PI_COMPANYDATAX: {NAME: 'X'}})
  const commit = async () => client.call('BAPI_TRANSACTION_COMMIT', {WAIT: 'X'})
  const inOdata = async (customer: string) =>
    json(
      await sandbox.client.send(
        'GET',
        `${sandbox.partners}/A_BusinessPartner('${customer}')?$expand=to_BusinessPartnerAddress`,
      ),
    ).d

  it('are changed on COMMIT, as one change of whoever OData knows by that number', async () => {
    const reply = await change('0000100001', {
      PI_COMPANYDATA: {NAME: 'New Name', CITY: 'Vienna', STREET: 'not flagged'},
      PI_COMPANYDATAX: {NAME: 'X', CITY: 'X'},
    })
    const before = (await inOdata('100001')).OrganizationBPName1
    await commit()

    const {OrganizationBPName1, to_BusinessPartnerAddress} = await inOdata('100001')
    const [address] = to_BusinessPartnerAddress.results
    assert.deepEqual(reply.params, {})
    assert.deepEqual(
      [before, OrganizationBPName1, address.CityName, address.StreetName],
      ['Boston Hardware', 'New Name', 'Vienna', '3 Main Street'],
    )
    assert.deepEqual(await sandbox.admin.effectOf('100001'), {creates: 0, changes: 1, documents: ['100001']})
  })

  it('leave one history of names, whichever face has changed them', async () => {
    const patch = async (OrganizationBPName1: string) =>
      sandbox.client.send('PATCH', `${sandbox.partners}/A_BusinessPartner('USCU_S07')`, {
        headers: {'if-match': '*'},
        body: {OrganizationBPName1},
      })

    await rename('USCU_S07', 'One')
    await commit()
    await patch('Two')
    await rename('USCU_S07', 'Never')
    await client.call('BAPI_TRANSACTION_ROLLBACK')
    await rename('USCU_S07', 'Three')
    await commit()

    assert.deepEqual(await sandbox.admin.names(), new Map([['USCU_S07', ['One', 'Two', 'Three']]]))
  })

  it('are shown with the zeros of their numbers', async () => {
    const reply = await client.call('BAPI_CUSTOMER_GETDETAIL2', {CUSTOMERNO: '0000100003'})

    const {CUSTOMERADDRESS, CUSTOMERGENERALDETAIL, RETURN} = reply.params
    assert.deepEqual(
      [CUSTOMERADDRESS.CUSTOMER, CUSTOMERADDRESS.NAME, CUSTOMERADDRESS.CITY, CUSTOMERGENERALDETAIL.CUSTOMER, RETURN],
      ['0000100003', 'Denver Outdoor Supply', 'Denver', '0000100003', undefined],
    )
  })

  it('are not found under a number that is not stored like that', async () => {
    for (const customer of ['100001', '000100001', 'uscu_s07', '']) {
      const detail = await client.call('BAPI_CUSTOMER_GETDETAIL2', {CUSTOMERNO: customer})
      const changed = await rename(customer, 'Nobody')

      assert.deepEqual([...messagesOf(detail), ...messagesOf(changed)], ['E F2/163', 'E F2/163'], customer)
    }
  })
})
