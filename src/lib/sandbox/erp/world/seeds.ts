import {initialRow} from './dictionary.js'
import type {WorldTransaction} from './world.js'

/** Fills an empty world with customers USCU_S01 to USCU_S40 and 100001 to 100005, and products TG10 to TG49. */
export function seedWorld(tx: WorldTransaction): void {
  for (let number = 1; number <= 40; number++) seedCustomer(tx, `USCU_S${String(number).padStart(2, '0')}`, number)
  for (let number = 1; number <= 5; number++) seedCustomer(tx, String(100_000 + number), number)
  for (let number = 10; number <= 49; number++) seedProduct(tx, number)
}

function seedCustomer(tx: WorldTransaction, id: string, number: number): void {
  const name = `${pick(places, number)} ${pick(trades, number)}`
  const at = tx.now()
  tx.put('businessPartner', {
    ...initialRow('businessPartner'),
    BusinessPartner: id,
    Customer: id,
    BusinessPartnerCategory: '2',
    BusinessPartnerFullName: name,
    OrganizationBPName1: name,
    SearchTerm1: name.toUpperCase().slice(0, 20),
    LastChangeDate: at - (at % dayMs),
    LastChangeDateTime: at,
  })
  tx.put('businessPartnerAddress', {
    ...initialRow('businessPartnerAddress'),
    BusinessPartner: id,
    AddressID: tx.nextNumber('address'),
    CityName: pick(places, number),
    PostalCode: String(10_000 + number * 1234),
    StreetName: `${number * 3} Main Street`,
    Country: 'US',
  })
}

function seedProduct(tx: WorldTransaction, number: number): void {
  const id = `TG${number}`
  const kind = pick(goods, number)
  tx.put('product', {
    ...initialRow('product'),
    Product: id,
    ProductType: 'HAWA',
    BaseUnit: 'PC',
    ProductGroup: 'L001',
    GrossWeight: `${(number % 7) + 1}.250`,
    NetPrice: `${number * 2}.500`,
  })
  tx.put('productDescription', {Product: id, Language: 'EN', ProductDescription: `${kind}, trading good ${number}`})
}

function pick(words: readonly string[], number: number): string {
  return words[number % words.length] ?? ''
}

const dayMs = 86_400_000
const places = ['Austin', 'Boston', 'Chicago', 'Denver', 'El Paso', 'Fresno', 'Galveston', 'Houston']
const trades = ['Bikes', 'Hardware', 'Tools', 'Outdoor Supply', 'Workshop']
const goods = [
  'Folding bicycle',
  'Bicycle lamp',
  'Repair kit',
  'Steel frame',
  'Pannier bag',
  'Trail helmet',
  'Chain lock',
]
