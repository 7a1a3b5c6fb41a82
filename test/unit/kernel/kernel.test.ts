import assert from 'node:assert/strict'
import {ErpSyncError, errorCode, errorMessage} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isAttempt} from '#lib/kernel/attempt.js'
import {isId, newId, newIds} from '#lib/kernel/ids.js'
import {maskUrl} from '#lib/kernel/mask.js'
import {payloadHash} from '#lib/kernel/payload-hash.js'
import {didYouMean, suggest} from '#lib/kernel/suggest.js'
import {wait} from '#lib/kernel/wait.js'

describe('maskUrl', () => {
  it('hides the password wherever it stands', () => {
    assert.equal(maskUrl('postgres://ada:s3cret@db:5432/erp'), 'postgres://ada:***@db:5432/erp')
    assert.equal(maskUrl('postgres://db/erp?user=ada&password=s3cret'), 'postgres://db/erp?user=ada&password=***')
    assert.equal(maskUrl('amqp://rabbit/'), 'amqp://rabbit/')
  })

  it('shows nothing of what is no URL', () => {
    assert.equal(maskUrl('host=db password=s3cret'), '(not a URL)')
  })
})

describe('payloadHash', () => {
  it('is the same for equal documents, whatever the order of their properties', () => {
    const one = payloadHash({a: 1, b: [{c: 2, d: null}]})

    assert.equal(one, payloadHash({b: [{d: null, c: 2}], a: 1}))
    assert.match(one, /^[0-9a-f]{64}$/)
  })

  it('differs where documents differ, in any depth', () => {
    const deep = (leaf: unknown) => Array.from({length: 50}).reduce<unknown>((inner) => ({inner}), leaf)
    const documents = [{a: 1}, {a: '1'}, {a: [1, 2]}, {a: [2, 1]}, {a: null}, {}, [], null, deep(1), deep(2)]

    assert.equal(new Set(documents.map((each) => payloadHash(each))).size, documents.length)
  })
})

describe('suggest', () => {
  it('finds the word that was probably meant, and none that is far off', () => {
    assert.equal(suggest('sales-ordr', ['sales-order', 'business-partner']), 'sales-order')
    assert.equal(suggest('invoice', ['sales-order']), undefined)
    assert.equal(suggest('anything', []), undefined)
    assert.equal(didYouMean('retires', ['retries']), ' Did you mean "retries"?')
    assert.equal(didYouMean('invoice', ['sales-order']), '')
  })
})

describe('errorCode', () => {
  it('is looked for along the causes and among the parts', () => {
    const refused = Object.assign(new Error('refused'), {code: 'ECONNREFUSED'})

    assert.equal(errorCode(new Error('outer', {cause: new Error('inner', {cause: refused})})), 'ECONNREFUSED')
    assert.equal(errorCode(new AggregateError([refused])), 'ECONNREFUSED')
    assert.equal(errorCode(new Error('plain')), undefined)
    assert.equal(errorCode('text'), undefined)
  })
})

describe('errorMessage', () => {
  it('reads anything that can be thrown', () => {
    assert.equal(errorMessage(new Error('one')), 'one')
    assert.equal(errorMessage(new AggregateError([new Error('one'), 'two'])), 'one; two')
    assert.equal(errorMessage(42), '42')
  })
})

describe('ErpSyncError', () => {
  it('carries its code, its exit code, its hint and its cause', () => {
    const cause = new Error('why')
    const error = new ErpSyncError('what', {code: 'a', exitCode: exitCodes.locked, hint: 'do', cause})

    assert.deepEqual(
      [error.message, error.code, error.exitCode, error.hint, error.cause],
      ['what', 'a', 75, 'do', cause],
    )
  })
})

describe('exitCodes', () => {
  it('gives no number two meanings', () => {
    const numbers = Object.values(exitCodes)

    assert.equal(new Set(numbers).size, numbers.length)
  })
})

describe('newIds', () => {
  it('gives so many ids, each above the one before it', () => {
    const next = newIds(5000)
    const before = newId()

    const ids = Array.from({length: 5000}, next)

    assert.ok(ids.every(isId))
    assert.equal(new Set(ids).size, 5000)
    assert.deepEqual(ids, ids.toSorted())
    // The first 48 bits are the time.
    assert.ok((ids[0] ?? '').slice(0, 13) >= before.slice(0, 13))
  })

  it('gives no more than that', () => {
    const next = newIds(1)
    next()

    assert.throws(next)
    assert.throws(newIds(0))
  })
})

describe('newId', () => {
  it('is different every time, in the order of time, and recognised', () => {
    const ids = Array.from({length: 1000}, newId)

    assert.equal(new Set(ids).size, 1000)
    assert.deepEqual(ids, ids.toSorted())
    assert.ok(ids.every(isId))
    assert.ok(!isId('WEB-1') && !isId(`${newId()}x`))
  })
})

describe('isAttempt', () => {
  it('takes whole numbers that the ledger can hold', () => {
    assert.deepEqual([1, 2 ** 31 - 1].map(isAttempt), [true, true])
    assert.deepEqual([0, -1, 1.5, 2 ** 31, NaN, Infinity].map(isAttempt), [false, false, false, false, false, false])
  })
})

describe('wait', () => {
  it('lasts its time', async () => {
    const startedAt = performance.now()

    await wait(30, new AbortController().signal)

    assert.ok(performance.now() - startedAt >= 25)
  })

  it('returns when the signal aborts, before or meanwhile', async () => {
    const stop = new AbortController()
    const waiting = wait(3_600_000, stop.signal)

    stop.abort()

    await waiting
    await wait(3_600_000, stop.signal)
  })
})
