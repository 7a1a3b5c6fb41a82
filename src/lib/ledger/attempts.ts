import type {Queryable, Transaction} from '#lib/db/database.js'
import {toJsonb} from '#lib/db/jsonb.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {Settlement} from './settle.js'

/** Closes the attempts these settlements end. */
export async function recordOutcomes(tx: Transaction, settlements: readonly Settlement[]): Promise<void> {
  if (settlements.length === 0) return
  await tx.query(
    `update erpsync.attempt a
        set ended_at = now(),
            outcome  = o.outcome,
            class    = o.class,
            executed = o.executed,
            code     = o.code,
            text     = o.text,
            stage    = o.stage,
            answer   = o.answer::jsonb
       from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                   $9::text[])
         as o (message_id, number, outcome, class, executed, code, text, stage, answer)
      where a.message_id = o.message_id
        and a.number = o.number`,
    [
      settlements.map(({messageId}) => messageId),
      settlements.map(({attempt}) => attempt),
      settlements.map(outcomeOf),
      settlements.map((settlement) => failureOf(settlement)?.class ?? null),
      settlements.map((settlement) => failureOf(settlement)?.executed ?? null),
      settlements.map((settlement) => failureOf(settlement)?.code ?? null),
      settlements.map((settlement) => failureOf(settlement)?.text ?? null),
      settlements.map((settlement) => failureOf(settlement)?.stage ?? null),
      settlements.map((settlement) => toJsonb(answerOf(settlement))),
    ],
  )
}

/** Notes on the newest attempt what a look-up found. */
export async function recordProbes(tx: Transaction, settlements: readonly Settlement[]): Promise<void> {
  const probed = settlements.filter(({probe}) => probe !== undefined)
  if (probed.length === 0) return
  await tx.query(
    `update erpsync.attempt a
        set probed_at = now(),
            probe     = p.probe,
            -- the attempt of a worker that died ends here
            ended_at  = coalesce(a.ended_at, now()),
            outcome   = coalesce(a.outcome, 'in_doubt'),
            class     = coalesce(a.class, 'in_doubt'),
            executed  = coalesce(a.executed, 'unknown'),
            code      = coalesce(a.code, 'worker:lost'),
            text      = coalesce(a.text, 'The worker ended in mid-call.'),
            stage     = coalesce(a.stage, 'call')
       from unnest($1::uuid[], $2::integer[], $3::text[]) as p (message_id, number, probe)
      where a.message_id = p.message_id
        and a.number = p.number`,
    [probed.map(({messageId}) => messageId), probed.map(({attempt}) => attempt), probed.map(({probe}) => probe)],
  )
}

function outcomeOf(settlement: Settlement): string {
  return settlement.kind === 'retry' && !settlement.strike ? 'postponed' : settlement.kind
}

function failureOf(settlement: Settlement): Failure | undefined {
  return 'failure' in settlement ? settlement.failure : undefined
}

function answerOf(settlement: Settlement): unknown {
  return settlement.kind === 'synced' ? settlement.answer : settlement.failure.answer
}

/** Why the given attempt of a message failed. */
export async function readLastFailure(database: Queryable, messageId: string, number: number): Promise<Failure> {
  const {rows} = await database.query<FailureRow>(
    `select class, executed, code, text, stage
       from erpsync.attempt
      where message_id = $1
        and number = $2
        and code is not null`,
    [messageId, number],
  )
  return rows[0] ?? unknownFailure
}

type FailureRow = Pick<Failure, 'class' | 'executed' | 'code' | 'text' | 'stage'>

const unknownFailure: Failure = {
  class: 'in_doubt',
  executed: 'unknown',
  code: 'ledger:no_attempt',
  text: 'The ledger holds no failure for this message.',
  stage: 'call',
}
