import assert from 'node:assert/strict'
import {confirmationFor, confirmCount} from '#cli/confirm-count.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

describe('confirmationFor', () => {
  const unsaid = {yes: false, confirm: undefined}

  it('asks for more the more there are', () => {
    const asked = [0, 10, 11, 1000, 1001, 40_000].map((count) => confirmationFor(count, unsaid))

    assert.deepEqual(asked, ['none', 'none', 'yes_or_no', 'yes_or_no', 'type_count', 'type_count'])
  })

  it('takes --yes for up to a thousand, and above that still wants the count', () => {
    const asked = [11, 1000, 1001].map((count) => confirmationFor(count, {...unsaid, yes: true}))

    assert.deepEqual(asked, ['none', 'none', 'type_count'])
  })

  it('takes --confirm for exactly that count, however small', () => {
    const asked = [3, 40_000, 40_001].map((count) => confirmationFor(count, {yes: true, confirm: 40_000}))

    assert.deepEqual(asked, ['mismatch', 'none', 'mismatch'])
  })
})

describe('confirmCount', () => {
  it('refuses where there is nobody to ask, and says what to type', async () => {
    const asking = confirmCount('Replay 2000 letters?', 2000, {yes: true, confirm: undefined, json: true})

    await assert.rejects(asking, {
      code: 'confirmation_needed',
      exitCode: exitCodes.usage,
      hint: 'Add --confirm=2000 to agree beforehand, or --dry-run to look only.',
    })
  })

  it('tells that the set has changed since somebody agreed to it', async () => {
    const asking = confirmCount('Replay 7 letters?', 7, {yes: false, confirm: 8, json: false})

    await assert.rejects(asking, {code: 'count_differs', exitCode: exitCodes.conflict})
  })
})
