import assert from 'node:assert/strict'
import {
  changeAddress,
  changeBusinessPartner,
  createAddress,
  createBusinessPartner,
} from '#lib/sandbox/erp/world/business-partners.js'
import {createWorld} from '#lib/sandbox/erp/world/world.js'

describe('createBusinessPartner', () => {
  it('draws the next number that no partner has yet', () => {
    const world = createWorld()
    world.transaction((tx) => createBusinessPartner(tx, {BusinessPartner: '10100001'}, []))

    const drawn = world.transaction((tx) => createBusinessPartner(tx, {LastName: 'Curie'}, [{CityName: 'Paris'}]))

    assert.equal(drawn.BusinessPartner, '10100002')
    assert.equal(drawn.BusinessPartnerFullName, 'Curie')
    assert.deepEqual(
      world.where('businessPartnerAddress', 'BusinessPartner', '10100002').map(({CityName}) => CityName),
      ['Paris'],
    )
  })

  it('refuses a number that is taken', () => {
    const world = createWorld()

    assert.throws(() => world.transaction((tx) => createBusinessPartner(tx, {BusinessPartner: 'USCU_S01'}, [])), {
      code: 'R1/153',
      target: 'BusinessPartner',
    })
  })
})

describe('changeBusinessPartner', () => {
  it('leaves a trace of every name, in the order of the bookings', () => {
    const world = createWorld()
    const rename = (name: string) =>
      world.transaction((tx) => changeBusinessPartner(tx, ['B1'], {OrganizationBPName1: name}))

    world.transaction((tx) => createBusinessPartner(tx, {BusinessPartner: 'B1', OrganizationBPName1: 'One'}, []))
    rename('Two')
    rename('One')

    assert.deepEqual(world.effects.names(), new Map([['B1', ['One', 'Two', 'One']]]))
  })
})

describe('createAddress and changeAddress', () => {
  it('count as changes of the partner they belong to', () => {
    const world = createWorld()

    const {AddressID = null} = world.transaction((tx) => createAddress(tx, {BusinessPartner: 'USCU_S01'}))
    world.transaction((tx) => changeAddress(tx, ['USCU_S01', AddressID], {CityName: 'Rome'}))

    assert.deepEqual(world.effects.of('USCU_S01'), {creates: 0, changes: 2, documents: ['USCU_S01']})
    assert.equal(world.find('businessPartnerAddress', ['USCU_S01', AddressID])?.CityName, 'Rome')
  })
})
