import assert from 'node:assert/strict'
import {decimalNames} from '#lib/erp/odata/decimals.js'
import {decode} from '#lib/erp/odata/decode.js'

describe('decode', () => {
  it('gives an entity in the names and values of a mapping', () => {
    const held = {
      __metadata: {uri: 'x', etag: 'y'},
      '@odata.etag': 'z',
      Day: '/Date(1767225600000)/',
      Changed: '/Date(1767225600125+0000)/',
      Quantity: '2.000',
      Long: '12345678901234567.890',
      Name: '1.10',
      Empty: null,
      to_Text: {__deferred: {uri: 'x'}},
      to_Item: {results: [{__metadata: {}, Quantity: '-0.500'}]},
    }

    assert.deepEqual(decode(held, new Set(['Quantity', 'Long'])), {
      Day: '2026-01-01T00:00:00Z',
      Changed: '2026-01-01T00:00:00.125Z',
      Quantity: 2,
      Long: '12345678901234567.890',
      Name: '1.10',
      Empty: null,
      to_Item: [{Quantity: -0.5}],
    })
  })
})

describe('decimalNames', () => {
  it('finds numbers by the metadata, and none that is a text elsewhere', () => {
    const metadata = `
      <EntityType Name="A"><Property Name="Quantity" Type="Edm.Decimal" Precision="15"/>
        <Property Type="Edm.String" Name="Version"/><Property Name='Count' Type='Edm.Int32' Nullable="false"></Property>
      </EntityType>
      <EntityType Name="B"><Property Name="Version" Type="Edm.Decimal"/><PropertyRef Name="Key"/></EntityType>`

    assert.deepEqual(decimalNames(metadata), new Set(['Quantity', 'Count']))
  })
})
