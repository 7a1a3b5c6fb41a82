import assert from 'node:assert/strict'
import {parameterise} from '#lib/deadletters/grouping/parameterise.js'

describe('parameterise', () => {
  const table: readonly (readonly [string, string])[] = [
    ['Customer 0000004711 does not exist', 'Customer <int> does not exist'],
    ['Customer 4711 does not exist', 'Customer <int> does not exist'],
    ['Order WEB-2026-900001 is refused', 'Order <key> is refused'],
    ['Material M-0815-4711, batch 4711-AB, A4711B', 'Material <key>, batch <key>, <key>'],
    ['Plant DE01 of S4HANA, BAPI_SALESORDER_CREATEFROMDAT2', 'Plant DE01 of S4HANA, BAPI_SALESORDER_CREATEFROMDAT2'],
    ['mail ada.l+x@mail.example.com now', 'mail <email> now'],
    ['POST https://s4.example.com:8443/sap/x?y=1 failed', 'POST <url> failed'],
    ['host s4.example.com:8443, localhost:80', 'host <host>, <host>'],
    ['10.0.0.1:3300 fe80::1ff:fe23:4567:890a ::1', '<ip> <ip> <ip>'],
    ['019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11', '<uuid>'],
    ['da39a3ee5e6b4b0d3255bfef95601890afd80709 0050568C3A1E1EEDA9F2A6D8F5A3C1B2', '<sha> <sha>'],
    ['2026-11-22 2026-11-22T08:00:01.5+01:00 22.11.2026 11/22/2026 08:15:30', '<date> <date> <date> <date> <date>'],
    ['at /Date(1700000000000)/', 'at <date>'],
    ['took 1500 ms, 30s, 2.5 hours', 'took <duration>, <duration>, <duration>'],
    ['DE89370400440532013000, DE89 3704 0044 0532 0130 00', '<iban>, <iban>'],
    ['at 0xDEADBEEF and deadbeef12', 'at <hex> and <hex>'],
    ['1.234,56 EUR, 99.90, -5, 10EUR', '<float> EUR, <float>, <int>, <int>EUR'],
    ['name = "Ada L.", id=\'7 of 9\'', 'name = <quoted>, id=<quoted>'],
    ['Order 12 is locked by user MUELLER', 'Order <int> is locked by user <user>'],
    ['Der Beleg ist durch Benutzer MEIER_A gesperrt', 'Der Beleg ist durch Benutzer <user> gesperrt'],
    ['Unexpected token } in JSON at position 17', 'Unexpected token } in JSON at position <int>'],
    ['V1/302 in Order.create of Foo::Bar', 'V1/<int> in Order.create of Foo::Bar'],
    ['\n\n  first   line \r\n\r\n second 5\nthird', 'first line\nsecond <int>'],
    ['', ''],
  ]
  for (const [text, template] of table) {
    it(`makes ${JSON.stringify(template)} of ${JSON.stringify(text)}`, () => {
      assert.equal(parameterise(text).text, template)
    })
  }

  it('tells what it took out, in order', () => {
    assert.deepEqual(parameterise('Order WEB-2026-900001 of 0000004711').variables, [
      {kind: 'key', text: 'WEB-2026-900001'},
      {kind: 'int', text: '0000004711'},
    ])
  })

  it('looks at the beginning alone, so that no text takes long', () => {
    const begun = performance.now()
    for (const piece of ['1', 'a.', '1.', 'a:', 'A1', '-', 'a@', '="', '1,234', 'F-', 'user A']) {
      parameterise(piece.repeat(1_000_000))
    }

    assert.ok(performance.now() - begun < 2000)
    assert.equal(parameterise('x'.repeat(5000)).text.length, 1024)
  })
})
