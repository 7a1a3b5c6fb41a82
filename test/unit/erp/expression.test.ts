import assert from 'node:assert/strict'
import {compileExpression} from '#lib/erp/expression.js'

describe('compileExpression', () => {
  it('finds a text and the digits of a number', async () => {
    const document = {order: {id: 'A-1'}, revision: 3}

    assert.deepEqual(await compileExpression('order.id').evaluate(document), {ok: true, text: 'A-1'})
    assert.deepEqual(await compileExpression('revision').evaluate(document), {ok: true, text: '3'})
  })

  it('finds nothing where there is nothing', async () => {
    for (const document of [{}, {id: null}, {id: ''}]) {
      assert.deepEqual(await compileExpression('id').evaluate(document), {ok: true, text: undefined})
    }
  })

  it('fails on what is neither a text nor a number', async () => {
    const codes = []
    for (const id of [true, {}, [1, 2]]) {
      const outcome = await compileExpression('id').evaluate({id})
      codes.push(!outcome.ok && outcome.failure.code)
    }

    assert.deepEqual(codes, Array(3).fill('map:not_text'))
  })

  it('tells the place of a syntax error', () => {
    assert.throws(() => compileExpression('order.(id'), {
      code: 'expression_invalid',
      exitCode: 78,
      message: '"order.(id" is not a JSONata expression: Expected ")" before end of expression (character 10)',
    })
  })
})
