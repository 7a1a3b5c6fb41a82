import assert from 'node:assert/strict'
import {explainGroup, type GroupedLetter, groupOf} from '#lib/deadletters/grouping/fingerprint.js'
import {type GroupingRule, needsPayload} from '#lib/deadletters/grouping/rules.js'

const letter: GroupedLetter = {
  flow: 'orders',
  stage: 'call',
  class: 'permanent',
  code: 'sap:V1/302',
  text: 'Plant of order 0000004711 is not maintained',
  payload: {plant: 'DE01', items: [{sku: 'A-1', count: 2}]},
}

describe('groupOf', () => {
  it('gives the same id on every machine and in every release of this version', () => {
    assert.deepEqual(groupOf(letter, []), {
      id: 'F-6G7HLQT',
      version: 1,
      flow: 'orders',
      stage: 'call',
      class: 'permanent',
      code: 'sap:V1/302',
      template: 'Plant of order <int> is not maintained',
      title: null,
      runbook: null,
      replayable: null,
    })
  })

  it('puts letters together that differ in what the text names', () => {
    assert.equal(groupOf({...letter, text: 'Plant of order 12 is not maintained'}, []).id, groupOf(letter, []).id)
  })

  for (const change of [
    {flow: 'invoices'},
    {stage: 'map'},
    {class: 'transient'},
    {code: 'sap:V1/303'},
    {text: 'else'},
  ]) {
    it(`keeps apart what differs in ${Object.keys(change).join()}`, () => {
      assert.notEqual(groupOf({...letter, ...change}, []).id, groupOf(letter, []).id)
    })
  }
})

describe('a rule', () => {
  const rule = (when: GroupingRule['when'], then: GroupingRule['then'] = {}): GroupingRule => ({when, then})

  it('splits a group by a field of the document', () => {
    const rules = [rule({code: 'sap:V1/302', 'payload.plant': '*'}, {key: ['{{default}}', '{{ payload.plant }}']})]
    const [here, there, nowhere] = [letter, {...letter, payload: {plant: 'DE02'}}, {...letter, payload: {}}].map(
      (one) => groupOf(one, rules),
    )

    assert.equal(here?.template, 'Plant of order <int> is not maintained | DE01')
    assert.equal(there?.template, 'Plant of order <int> is not maintained | DE02')
    assert.deepEqual(nowhere, groupOf(letter, []))
    assert.equal(new Set([here.id, there.id, nowhere?.id]).size, 3)
  })

  it('joins texts, but never two codes', () => {
    const rules = [rule({code: 'net:*'}, {key: ['SAP is away']})]
    const of = (code: string, text: string) => groupOf({...letter, code, text}, rules).id

    assert.equal(of('net:ECONNRESET', 'read'), of('net:ECONNRESET', 'write'))
    assert.notEqual(of('net:ECONNRESET', 'read'), of('net:ETIMEDOUT', 'read'))
  })

  it('says what people should know, and the first that holds counts', () => {
    const rules = [
      rule({flow: 'invoices'}, {title: 'of another flow'}),
      rule(
        {flow: 'ord*', class: 'permanent'},
        {title: 'Plant not maintained', runbook: 'https://wiki.example/plant', replayable: 'after-fix'},
      ),
      rule({code: '*'}, {title: 'anything'}),
    ]
    const {title, runbook, replayable, id} = groupOf(letter, rules)

    assert.deepEqual([title, runbook, replayable], ['Plant not maintained', 'https://wiki.example/plant', 'after-fix'])
    assert.equal(id, groupOf(letter, []).id)
    assert.equal(explainGroup(letter, rules).rule, 2)
  })

  it('reads values at any depth as text', () => {
    const rules = [
      rule({'payload.items.0.count': '2'}, {key: ['{{payload.items.0.sku}}/{{payload.items.0}}/{{payload.none}}']}),
    ]

    assert.equal(groupOf(letter, rules).template, 'A-1/{"sku":"A-1","count":2}/')
  })

  it('needs documents only where it names one', () => {
    assert.equal(needsPayload([rule({code: '*'}, {key: ['{{default}}', 'x']})]), false)
    assert.equal(needsPayload([rule({'payload.plant': '*'})]), true)
    assert.equal(needsPayload([rule({code: '*'}, {key: ['{{payload.plant}}']})]), true)
  })
})

describe('explainGroup', () => {
  it('tells each step', () => {
    const {template, variables, rule, fingerprint} = explainGroup(letter, [])

    assert.deepEqual(
      {template, variables, rule, fingerprint},
      {
        template: 'Plant of order <int> is not maintained',
        variables: [{kind: 'int', text: '0000004711'}],
        rule: null,
        fingerprint: 'v1|orders|call|permanent|sap:V1/302|Plant of order <int> is not maintained',
      },
    )
  })
})
