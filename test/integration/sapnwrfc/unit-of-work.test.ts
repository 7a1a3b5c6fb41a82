import assert from 'node:assert/strict'
import {addonCases} from '../../support/addon-cases.js'
import {cases} from './cases/unit-of-work.js'

describe('node-rfc: units of work', () => {
  const {start, seen} = addonCases(new URL('./cases/unit-of-work.js', import.meta.url), cases)

  before(async function () {
    await start(this)
  })

  it('books what was registered when the same client commits, and shows it to nobody before', async () => {
    const order = await seen('commit')

    assert.deepEqual(order, {
      types: ['S', 'S', 'S'],
      before: undefined,
      hasItsNumberBehind: true,
      creates: 1,
      documents: 1,
    })
  })

  it('resolves though SAP has refused: RETURN alone says so', async () => {
    const refused = await seen('refusal')

    assert.deepEqual(refused, {SALESDOCUMENT: '', firstError: 'V1/382', creates: 0})
  })

  it('keeps the work over an ABAP exception', async () => {
    const kept = await seen('exceptionBetween')

    assert.deepEqual(kept, {alive: true, committed: '', creates: 1})
  })

  it('commits nothing, and calls it a success, behind a message or a dump', async () => {
    const behindMessage = await seen('messageBetween')
    const behindDump = await seen('dumpBetween')

    assert.deepEqual(behindMessage, {alive: true, committed: '', creates: 0})
    assert.deepEqual(behindDump, {alive: true, committed: '', creates: 0})
  })

  it('forgets the work when the context is reset', async () => {
    const forgotten = await seen('reset')

    assert.deepEqual(forgotten, {creates: 0})
  })

  it('keeps the work of a client that is called stateless', async () => {
    const kept = await seen('stateless')

    assert.deepEqual(kept, {creates: 1})
  })

  it('rejects a COMMIT that broke before it in the same words as one that broke behind it', async () => {
    const before = await seen('brokenBeforeCommit')
    const behind = await seen('brokenBehindCommit')

    assert.deepEqual(before, {group: 4, code: 1, alive: true, creates: 0})
    assert.deepEqual(behind, {group: 4, code: 1, alive: true, creates: 1})
  })

  it('rejects a COMMIT with a failed logon that came behind it, whether it has booked or not', async () => {
    const before = await seen('maskedBeforeCommit')
    const behind = await seen('maskedBehindCommit')

    assert.deepEqual(before, {group: 3, code: 2, alive: false, creates: 0})
    assert.deepEqual(behind, {group: 3, code: 2, alive: false, creates: 1})
  })

  it('cancels a COMMIT that books nevertheless', async () => {
    const canceled = await seen('canceledCommit')

    assert.deepEqual(canceled, {group: 4, code: 7, message: 'Connection was canceled.', creates: 1})
  })
})
