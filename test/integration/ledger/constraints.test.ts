import assert from 'node:assert/strict'
import {newId} from '#lib/kernel/ids.js'
import {openLedger, type TestLedger} from '../../support/ledger.js'

/** What a row is refused for, by the name of the constraint. */
const badMessages: readonly (readonly [string, string])[] = [
  ['message_state_known', "state = 'lost'"],
  ['message_called_if_claimed', "state = 'in_flight'"],
  ['message_called_if_claimed', "state = 'in_doubt', probe_after = now()"],
  ['message_waits_until', "state = 'retry_wait'"],
  ['message_waits_until', 'retry_at = now()'],
  ['message_doubted_until', "state = 'in_doubt', attempts = 1, claimed_at = now()"],
  ['message_doubted_until', 'probe_after = now()'],
  ['message_finished_if_terminal', "state = 'synced'"],
  ['message_finished_if_terminal', 'finished_at = now()'],
  ['message_document_if_synced', "erp_document = '1'"],
]

const badAttempts: readonly (readonly [string, string])[] = [
  ['attempt_lane_known', "lane = 'side'"],
  ['attempt_outcome_known', "outcome = 'perhaps', ended_at = now(), class = 'x', executed = 'no', code = 'x'"],
  ['attempt_ended_with_outcome', 'ended_at = now()'],
  ['attempt_ended_with_outcome', "outcome = 'synced'"],
  ['attempt_failed_with_failure', "outcome = 'dead', ended_at = now()"],
  ['attempt_probe_known', "probe = 'perhaps', probed_at = now()"],
  ['attempt_probed_with_result', 'probed_at = now()'],
]

const badLetters: readonly (readonly [string, string])[] = [
  ['dead_letter_has_content', 'message_id = null'],
  ['dead_letter_has_content', "raw = 'x', raw_hash = 'x'"],
  ['dead_letter_state_known', "state = 'lost', replayed_at = now(), replayed_by = 'ada'"],
  ['dead_letter_replayed_by_someone', "state = 'replayed'"],
  ['dead_letter_replayed_by_someone', "state = 'replayed', replayed_at = now()"],
  ['dead_letter_replayed_by_someone', "replayed_at = now(), replayed_by = 'ada'"],
  ['dead_letter_decided_when_over', "state = 'resolved', replayed_at = now(), replayed_by = 'ada'"],
  ['dead_letter_decided_when_over', 'decided_at = now()'],
]

describe('the constraints of the ledger', function () {
  this.timeout(20_000)
  let ledger: TestLedger
  before(async () => {
    ledger = await openLedger()
    const id = await ledger.accept('CHECK-1')
    const claimed = await ledger.accept('CHECK-2')
    await ledger.claim(claimed)
    await ledger.database.query(
      `insert into erpsync.dead_letter (id, flow, message_id, attempt, class, executed, code, text, stage, died_at)
       values ($1, 'sales-order', $2, 1, 'permanent', 'no', 'x', 'x', 'call', now())`,
      [newId(), id],
    )
  })
  after(async () => ledger.close())

  const refuses = (table: string, condition: string, rows: readonly (readonly [string, string])[]): void => {
    for (const [constraint, change] of rows) {
      it(`refuse ${table} with ${change} (${constraint})`, async () => {
        await assert.rejects(ledger.database.query(`update erpsync.${table} set ${change} where ${condition}`), {
          code: '23514',
          constraint,
        })
      })
    }
  }
  refuses('message', "state = 'accepted'", badMessages)
  refuses('attempt', 'number = 1', badAttempts)
  refuses('dead_letter', 'attempt = 1', badLetters)
  refuses('outbox', 'attempt = 1', [
    ['outbox_lane_known', "lane = 'side'"],
    ['outbox_attempt_positive', 'attempt = 0'],
  ])

  it('refuse a second message with the reference or the identity of another', async () => {
    const copy = (changed: string): string =>
      `insert into erpsync.message (id, flow, business_key, idempotency_key, reference, payload, payload_hash)
       select gen_random_uuid(), flow, business_key, idempotency_key${changed === 'reference' ? " || 'x'" : ''},
              reference${changed === 'identity' ? " || 'x'" : ''}, payload, payload_hash
         from erpsync.message where business_key = 'CHECK-1'`

    await assert.rejects(ledger.database.query(copy('reference')), {code: '23505', constraint: 'message_reference'})
    await assert.rejects(ledger.database.query(copy('identity')), {code: '23505', constraint: 'message_identity'})
  })
})
