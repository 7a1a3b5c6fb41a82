import assert from 'node:assert/strict'
import {maskPersonal, readPersonalFields} from '#lib/kernel/personal-fields.js'

const personal = {'x-personal': true}

function masked(schema: object, document: unknown) {
  return maskPersonal(document, readPersonalFields(schema))
}

describe('maskPersonal', () => {
  it('masks what the schema marks, nested and in arrays, and tells what was there', () => {
    const schema = {
      properties: {
        customer: {properties: {name: {type: 'string', ...personal}, tier: {type: 'string'}}},
        contacts: {items: {properties: {email: personal}}},
        phones: {items: personal},
        age: {type: 'integer', ...personal},
      },
    }
    const contacts = [{email: 'ada@example.com', kind: 'main'}, {email: 'bob@example.com'}]
    const document = {customer: {name: 'Ada', tier: 'gold'}, contacts, phones: ['123-456'], age: 117, id: 7}

    const {document: shown, values} = masked(schema, document)

    assert.deepEqual(shown, {
      customer: {name: '***', tier: 'gold'},
      contacts: [{email: '***', kind: 'main'}, {email: '***'}],
      phones: ['***'],
      age: '***',
      id: 7,
    })
    assert.deepEqual(values, ['Ada', 'ada@example.com', 'bob@example.com', '123-456', '117'])
  })

  it('masks a whole object or array, and tells every value in it', () => {
    const schema = {properties: {address: {type: 'object', ...personal}}}

    const {document, values} = masked(schema, {address: {street: 'Elm 1', lines: ['a', {zip: 12_345}]}})

    assert.deepEqual(document, {address: '***'})
    assert.deepEqual(values, ['Elm 1', 'a', '12345'])
  })

  it('leaves null as it is, and a document without marks, too', () => {
    assert.deepEqual(masked({properties: {name: personal}}, {name: null}).document, {name: null})
    assert.deepEqual(masked({properties: {name: {}}}, {name: 'Ada'}), {document: {name: 'Ada'}, values: []})
  })

  for (const [way, schema] of Object.entries({
    'a reference': {properties: {name: {$ref: '#/$defs/a~1b%20c'}}, $defs: {'a/b c': personal}},
    'an anchor': {properties: {name: {$ref: '#n'}}, $defs: {any: {$anchor: 'n', ...personal}}},
    'an id': {
      properties: {name: {$ref: 'https://example.com/n'}},
      $defs: {any: {$id: 'https://example.com/n', ...personal}},
    },
    'a reference that leads nowhere': {properties: {name: {$ref: '#/$defs/none'}, other: personal}},
    allOf: {allOf: [{type: 'object'}, {properties: {name: personal}}]},
    'one of several': {oneOf: [{properties: {name: {}}}, {anyOf: [{properties: {name: personal}}]}]},
    'a condition': {if: {required: ['name']}, else: {properties: {name: personal}}},
    'another property': {dependentSchemas: {kind: {properties: {name: personal}}}},
    'a pattern': {patternProperties: {'^na': personal}},
    'any further property': {properties: {id: {}}, additionalProperties: personal},
  })) {
    it(`finds a mark by way of ${way}`, () => {
      assert.deepEqual(masked(schema, {name: 'Ada', id: 1}).document, {name: '***', id: 1})
    })
  }

  it('follows a schema that refers to itself as deep as the document goes', () => {
    const schema = {properties: {name: personal, child: {$ref: '#'}}, allOf: [{$ref: '#'}]}

    const {document} = masked(schema, {name: 'Ada', child: {name: 'Bob', child: {name: 'Eve'}}})

    assert.deepEqual(document, {name: '***', child: {name: '***', child: {name: '***'}}})
  })

  it('tells the items of an array apart by their places', () => {
    const schema = {prefixItems: [{}, personal], items: {}}

    assert.deepEqual(masked(schema, ['a', 'b', 'c']).document, ['a', '***', 'c'])
  })

  it('masks a marked name at a place of which the schema says nothing, and only there', () => {
    const schema = {properties: {customer: {properties: {name: personal}}, product: {properties: {name: {}}}}}
    const document = {order: {name: 'Ada'}, customer: [{name: 'Bob'}], product: {name: 'Chair'}}

    assert.deepEqual(masked(schema, document).document, {
      order: {name: '***'},
      customer: [{name: '***'}],
      product: {name: 'Chair'},
    })
  })

  it('shows nothing at all where nobody knows what is personal', () => {
    assert.deepEqual(maskPersonal({id: 4711, lines: ['x']}, {kind: 'unknown'}), {
      document: '***',
      values: ['4711', 'x'],
    })
  })
})
