import assert from 'node:assert/strict'
import {type EntitySet, findSet, type Version} from '#lib/sandbox/erp/odata/model.js'
import {passes, requiredEquality} from '#lib/sandbox/erp/odata/filter.js'
import {parseFilter} from '#lib/sandbox/erp/odata/parse-filter.js'
import {services} from '#lib/sandbox/erp/odata/services.js'
import {initialRow} from '#lib/sandbox/erp/world/dictionary.js'

function setNamed(name: string): EntitySet {
  const set = services.map((service) => findSet(service, name)).find((found) => found !== undefined)
  assert.ok(set)
  return set
}

const row = {
  ...initialRow('salesOrder'),
  SalesOrder: '7',
  PurchaseOrderByCustomer: "O'Neil, (1) and 2",
  SoldToParty: 'USCU_S12',
  TotalNetAmount: '99.250',
  SalesOrderDate: Date.UTC(2026, 0, 31),
  LastChangeDateTime: Date.UTC(2026, 0, 31, 6, 15),
}

function result(filter: string, version: Version): boolean {
  const set = setNamed(version === 'v2' ? 'A_SalesOrder' : 'SalesOrder')
  return passes(parseFilter(filter, set, version), row)
}

function verdicts(filters: readonly string[], version: Version): Readonly<Record<string, boolean>> {
  return Object.fromEntries(filters.map((filter) => [filter, result(filter, version)]))
}

function expectAll(expected: Readonly<Record<string, boolean>>, version: Version): void {
  assert.deepEqual(verdicts(Object.keys(expected), version), expected)
}

describe('parseFilter', () => {
  it('compares texts, with quotes doubled', () => {
    expectAll(
      {
        "PurchaseOrderByCustomer eq 'O''Neil, (1) and 2'": true,
        "PurchaseOrderByCustomer ne 'O''Neil, (1) and 2'": false,
        "SalesOrder eq '07'": false,
        "'7' eq SalesOrder": true,
        "'6' lt SalesOrder": true,
        "SalesOrder gt '6' and SalesOrder le '7'": true,
      },
      'v2',
    )
  })

  it('compares decimals by value', () => {
    expectAll(
      {
        'TotalNetAmount eq 99.25m': true,
        'TotalNetAmount ge 99.2500001M': false,
        'TotalNetAmount gt 9.3': true,
        'TotalNetAmount lt -100': false,
      },
      'v2',
    )
  })

  it("reads V2's dates", () => {
    expectAll(
      {
        "SalesOrderDate eq datetime'2026-01-31T00:00:00'": true,
        "LastChangeDateTime ge datetimeoffset'2026-01-31T06:15:00Z'": true,
        "LastChangeDateTime lt datetimeoffset'2026-01-31T07:15:00+01:00'": false,
        'RequestedDeliveryDate eq null': true,
        "RequestedDeliveryDate lt datetime'2026-01-31T00:00:00'": false,
      },
      'v2',
    )
  })

  it("reads V4's dates", () => {
    expectAll(
      {
        'SalesOrderDate eq 2026-01-31': true,
        'LastChangeDateTime gt 2026-01-31T06:14:59.999Z': true,
        'TotalNetAmount eq 99.25': true,
      },
      'v4',
    )
  })

  it('binds not before and, and before or', () => {
    expectAll(
      {
        "SalesOrder eq '7' or SalesOrder eq '8' and SalesOrder eq '9'": true,
        "(SalesOrder eq '7' or SalesOrder eq '8') and SalesOrder eq '9'": false,
        "not SalesOrder eq '8' and SalesOrder eq '7'": true,
        "not (SalesOrder eq '8' or SalesOrder eq '7')": false,
      },
      'v2',
    )
  })

  it("knows V2's text functions", () => {
    expectAll(
      {
        "substringof('Neil',PurchaseOrderByCustomer)": true,
        "substringof('neil',PurchaseOrderByCustomer) eq true": false,
        "substringof('neil',PurchaseOrderByCustomer) eq false": true,
        "startswith(SoldToParty,'USCU')": true,
        "endswith(SoldToParty, 'S1')": false,
      },
      'v2',
    )
  })

  it("knows V4's text functions", () => {
    expectAll({"contains(SoldToParty,'CU_')": true, "startswith(SoldToParty,'X')": false}, 'v4')
  })

  it('takes a bare flag for a condition', () => {
    const filter = parseFilter('not BusinessPartnerIsBlocked', setNamed('A_BusinessPartner'), 'v2')

    assert.equal(passes(filter, initialRow('businessPartner')), true)
  })

  it('names a property it does not know', () => {
    assert.throws(() => result("Colour eq 'red'", 'v2'), {
      status: 400,
      message: 'Property Colour is unknown in type A_SalesOrderType.',
    })
  })

  for (const filter of [
    '',
    'SalesOrder',
    'SalesOrder eq 7',
    "SalesOrder eq '7",
    "SalesOrder eq '7' '8'",
    "SalesOrder eq '7')",
    "(SalesOrder eq '7'",
    "SalesOrder is '7'",
    'SalesOrder eq SoldToParty',
    "SalesOrder eq '7' and",
    'SalesOrderDate eq 2026-01-31',
    "SalesOrderDate eq datetime'yesterday'",
    "contains(SoldToParty,'X')",
    "substringof('9',TotalNetAmount)",
    "startswith(SoldToParty,'X') eq 1",
    'TotalNetAmount eq 1; drop',
  ]) {
    it(`answers 400 to: ${filter}`, () => {
      assert.throws(() => result(filter, 'v2'), {name: 'GatewayError', status: 400})
    })
  }
})

describe('requiredEquality', () => {
  it('finds what every passing row has, or one of what it has', () => {
    const set = setNamed('A_SalesOrder')
    const found = [
      "PurchaseOrderByCustomer eq 'A'",
      "SoldToParty ne 'X' and PurchaseOrderByCustomer eq 'A'",
      "PurchaseOrderByCustomer eq 'A' or PurchaseOrderByCustomer eq 'B'",
      "PurchaseOrderByCustomer eq 'A' or SoldToParty eq 'B'",
      "not (PurchaseOrderByCustomer eq 'A')",
    ].map((filter) => requiredEquality(parseFilter(filter, set, 'v2')))

    const field = 'PurchaseOrderByCustomer'
    const wanted = {field, values: new Set(['A'])}
    assert.deepEqual(found, [wanted, wanted, {field, values: new Set(['A', 'B'])}, undefined, undefined])
  })
})
