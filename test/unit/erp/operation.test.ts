import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {ODataOperation} from '#lib/config/odata-kind.js'
import type {RfcOperation} from '#lib/config/rfc-kind.js'
import {batchOf, compileOperation, describeOperation, isCreation, mappedReference} from '#lib/erp/operation.js'

const odata: ODataOperation = {
  kind: 'odata',
  protocol: 'v2',
  service: 'API_X',
  entitySet: 'A_X',
  method: 'create',
  map: 'x.jsonata',
  reference: 'Ref',
  result: 'X',
  probe: {settle: 0},
  batch: {size: 5, within: 20},
  messages: [],
}

const rfc: RfcOperation = {
  kind: 'rfc',
  steps: [
    {function: 'BAPI_A', parameters: 'a.jsonata'},
    {function: 'BAPI_B', parameters: 'b.jsonata'},
  ],
  commit: 'explicit',
  method: 'create',
  reference: 'HEAD.REF',
  probe: {kind: 'function', settle: 0, function: 'Z_FIND', parameters: 'find.jsonata', found: 'NUMBER'},
  messages: [],
}

describe('an operation, whatever its kind', () => {
  it('says whether each message makes a document', () => {
    const operations = [
      odata,
      {...odata, method: 'upsert'},
      rfc,
      {...rfc, method: 'change'},
    ] as const satisfies readonly (ODataOperation | RfcOperation)[]

    assert.deepEqual(operations.map(isCreation), [true, false, true, false])
  })

  it('finds the reference that the mapping chose', () => {
    const steps = [{HEAD: {REF: 'A-1'}}, {}]

    assert.deepEqual(
      [
        mappedReference(odata, {Ref: 'A-1'}),
        mappedReference(odata, {Ref: ''}),
        mappedReference(rfc, {steps}),
        mappedReference(rfc, {steps: [{}]}),
      ],
      ['A-1', null, 'A-1', null],
    )
  })

  it('describes itself in a few words, and says whether it sends batches', () => {
    assert.deepEqual([odata, rfc].map(describeOperation), ['create API_X/A_X', 'create BAPI_A + BAPI_B'])
    assert.deepEqual([odata, rfc].map(batchOf), [{size: 5, within: 20}, undefined])
  })
})

describe('compileOperation, of kind rfc', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-operation-'))
    await writeFile(join(folder, 'a.jsonata'), '{"HEAD": {"REF": id}}')
    await writeFile(join(folder, 'b.jsonata'), '{"N": $alpha(id, 4)}')
    await writeFile(join(folder, 'wrong.jsonata'), '{"N": ')
  })
  after(async () => rm(folder, {recursive: true}))

  const compile = async (files: readonly string[], lookUp = 'a.jsonata', found = 'NUMBER') =>
    compileOperation({
      ...rfc,
      steps: files.map((file) => ({function: 'F', parameters: join(folder, file)})),
      probe: {kind: 'function', settle: 0, function: 'Z_FIND', parameters: join(folder, lookUp), found},
    })

  it('makes the parameters of every step, and keeps the message for the look-up', async () => {
    const mapping = await compile(['a.jsonata', 'b.jsonata'])

    assert.deepEqual(await mapping.apply({id: '7'}), {
      ok: true,
      body: {document: {id: '7'}, steps: [{HEAD: {REF: '7'}}, {N: '0007'}]},
    })
  })

  it('names the file that is not right, that of the look-up too, and the expression in the configuration', async () => {
    await assert.rejects(compile(['a.jsonata', 'wrong.jsonata']), {code: 'mapping_invalid', exitCode: 78})
    await assert.rejects(compile(['a.jsonata'], 'gone.jsonata'), {code: 'mapping_unreadable', exitCode: 78})
    await assert.rejects(compile(['a.jsonata'], 'a.jsonata', 'NUMBER ['), {code: 'expression_invalid', exitCode: 78})
  })
})
