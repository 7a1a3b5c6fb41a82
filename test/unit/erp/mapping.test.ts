import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {compileMapping} from '#lib/erp/mapping.js'

describe('compileMapping', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-mapping-'))
  })
  after(() => rm(folder, {recursive: true}))

  const mappingOf = async (source: string) => {
    const path = join(folder, 'order.jsonata')
    await writeFile(path, source)
    return compileMapping(path)
  }

  const failureOf = async (source: string, document: unknown = {}) => {
    const outcome = await (await mappingOf(source)).apply(document)
    assert.equal(outcome.ok, false)
    const {text, ...failure} = outcome.failure
    assert.ok(text.length > 0)
    return failure
  }

  it('turns a document into SAP’s body', async () => {
    const mapping = await mappingOf('{"SalesOrderType": "OR", "to_Item": [items.{"Material": sku}]}')

    const outcome = await mapping.apply({items: [{sku: 'TG10'}]})

    assert.deepEqual(outcome, {ok: true, body: {SalesOrderType: 'OR', to_Item: [{Material: 'TG10'}]}})
  })

  it('gives what writing the result as JSON and reading it again would give', async () => {
    const document: unknown = JSON.parse(
      '{"text": "Käse", "list": [1, -0, null, [true, {"deep": []}]], "empty": {}, "__proto__": {"polluted": true}}',
    )
    const mapping = await mappingOf('{"All": $, "Sequence": list[[0..1]], "Gone": missing, "Function": $sum}')
    const whole = await mappingOf('$')

    const [outcome, same] = await Promise.all([mapping.apply(document), whole.apply(document)])

    assert.ok(same.ok)
    assert.deepEqual(same.body, JSON.parse(JSON.stringify(document)))
    assert.deepEqual(Object.keys(same.body), ['text', 'list', 'empty', '__proto__'])
    assert.equal(({} as {polluted?: boolean}).polluted, undefined)
    assert.ok(outcome.ok)
    assert.deepEqual(outcome.body, JSON.parse(JSON.stringify(outcome.body)))
    assert.equal(Object.hasOwn(outcome.body, 'Gone'), false)
  })

  it('runs one mapping over many documents at once', async () => {
    const mapping = await mappingOf('{"Double": $sum([n, n])}')

    const outcomes = await Promise.all([1, 2, 3].map((n) => mapping.apply({n})))

    assert.deepEqual(
      outcomes.map((outcome) => outcome.ok && outcome.body.Double),
      [2, 4, 6],
    )
  })

  it('gives a permanent failure with JSONata’s own code when the document does not fit', async () => {
    assert.deepEqual(await failureOf('{"Sum": "a" + 1}'), {
      class: 'permanent',
      executed: 'no',
      code: 'map:T2001',
      stage: 'map',
    })
  })

  it('refuses a result that is no object', async () => {
    const codes = []
    for (const source of ['[1, 2]', '"text"', 'missing', 'null']) codes.push((await failureOf(source)).code)

    assert.deepEqual(codes, Array(4).fill('map:not_an_object'))
  })

  it('ends a loop without end', async () => {
    const endless = '($again := function($n) {$again($n + 1)}; {"N": $again(0)})'

    const {code, class: kind} = await failureOf(endless)
    assert.deepEqual([code, kind], ['map:D1012', 'transient'])
  })

  it('ends a recursion without end', async () => {
    const deeper = '($deeper := function($n) {1 + $deeper($n)}; {"N": $deeper(0)})'

    assert.equal((await failureOf(deeper)).code, 'map:D1011')
  })

  it('names file, line and column of a syntax error', async () => {
    await assert.rejects(mappingOf('{\n  "A": (1 + \n}'), (error: Error & {exitCode: number}) => {
      assert.match(error.message, /order\.jsonata:3:\d+ is not a JSONata expression: /)
      assert.equal(error.exitCode, 78)
      return true
    })
  })

  it('names a file that is not there', async () => {
    await assert.rejects(compileMapping(join(folder, 'gone.jsonata')), {
      code: 'mapping_unreadable',
      exitCode: 78,
      message: `The mapping ${join(folder, 'gone.jsonata')} cannot be read (ENOENT).`,
    })
  })
})
