import type {Statement} from '#lib/db/database.js'
import {toJsonb} from '#lib/db/jsonb.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {Lane} from '#lib/kernel/lane.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import {type MessageEvent, transition} from '#lib/kernel/state.js'
import type {Settlement} from './settle.js'

export interface WrittenRow {
  readonly id: string
  readonly attempt: number
}

/**
 * Writes outcomes of locked messages with one of these orderings, one outcome
 * an attempt: the message, its attempt and the copy that carries it on. All
 * hangs on the first update, which is fenced, and which hands on what the others
 * need: a join with it would be taken for one of a single row.
 */
export function settling(settlements: readonly Settlement[], orderings: readonly Ordering[]): Statement {
  const steps = settlements.map((settlement) => transition(eventOf(settlement)))
  const copies = settlements.map(copyFor)
  return {
    name: 'settle',
    sql,
    values: [
      settlements.map(({messageId}) => messageId),
      settlements.map(({attempt}) => attempt),
      steps.map(({to}) => to),
      steps.map(({from}) => from.join(',')),
      settlements.map(outcomeOf),
      column(settlements, (settlement) => ('waitMs' in settlement ? settlement.waitMs : null)),
      column(settlements, (settlement) => (settlement.kind === 'retry' ? settlement.strike : null)),
      column(settlements, (settlement) => (settlement.kind === 'retry' ? settlement.resend : null)),
      column(settlements, (settlement) => (settlement.kind === 'synced' ? settlement.documentNumber : null)),
      column(settlements, ({probe}) => probe ?? null),
      column(settlements, (settlement) => failureOf(settlement)?.class ?? null),
      column(settlements, (settlement) => failureOf(settlement)?.executed ?? null),
      column(settlements, (settlement) => failureOf(settlement)?.code ?? null),
      column(settlements, (settlement) => failureOf(settlement)?.text ?? null),
      column(settlements, (settlement) => failureOf(settlement)?.stage ?? null),
      column(settlements, (settlement) => toJsonb(answerOf(settlement))),
      column(copies, (copy) => copy?.lane ?? null),
      column(copies, (copy) => copy?.attempt ?? null),
      orderings,
    ],
  }
}

/** A column of the batch; null for one that holds nothing, which is less to write and to read: most batches are all success. */
function column<Item, Value>(
  items: readonly Item[],
  valueOf: (item: Item) => Value | null,
): readonly (Value | null)[] | null {
  const values = items.map(valueOf)
  return values.every((value) => value === null) ? null : values
}

const sql = `with ending as (
       select *
         from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::boolean[],
                     $8::boolean[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
                     $15::text[], $16::text[], $17::text[], $18::integer[])
           as e (id, attempt, state, allowed, outcome, wait_ms, strike, resend, document, probe, class, executed, code,
                 text, stage, answer, copy_lane, copy_attempt)
     ), settled as (
       update erpsync.message m
          set state        = e.state,
              strikes      = m.strikes + coalesce(e.strike::integer, 0),
              resends      = m.resends + coalesce(e.resend::integer, 0),
              retry_at     = case when e.state = 'retry_wait' then now() + e.wait_ms * interval '1 millisecond' end,
              probe_after  = case when e.state = 'in_doubt' then now() + e.wait_ms * interval '1 millisecond' end,
              finished_at  = case when e.state = 'synced' then now() end,
              erp_document = e.document
         from ending e
        where m.id = e.id
          and m.attempts = e.attempt
          and m.state = any (string_to_array(e.allowed, ','))
          and m.ordering = any ($19)
       returning e.*
     ), closed as (
       update erpsync.attempt a
          set ended_at = now(),
              outcome  = s.outcome,
              class    = s.class,
              executed = s.executed,
              code     = s.code,
              text     = s.text,
              stage    = s.stage,
              answer   = s.answer::jsonb
         from settled s
        where a.message_id = s.id
          and a.number = s.attempt
          and s.probe is null
     ), looked_up as (
       update erpsync.attempt a
          set probed_at = now(),
              probe     = s.probe,
              -- the attempt of a worker that died ends here
              ended_at  = coalesce(a.ended_at, now()),
              outcome   = coalesce(a.outcome, 'in_doubt'),
              class     = coalesce(a.class, 'in_doubt'),
              executed  = coalesce(a.executed, 'unknown'),
              code      = coalesce(a.code, 'worker:lost'),
              text      = coalesce(a.text, 'The worker ended in mid-call.'),
              stage     = coalesce(a.stage, 'call')
         from settled s
        where a.message_id = s.id
          and a.number = s.attempt
          and s.probe is not null
     ), copied as (
       insert into erpsync.outbox (message_id, lane, attempt, due_at)
       select id, copy_lane, copy_attempt, now() + wait_ms * interval '1 millisecond'
         from settled
        where copy_lane is not null
     )
     select id, attempt from settled`

/** Whether one of them brings a copy that is due at once. */
export function wakesRelay(settlements: readonly Settlement[]): boolean {
  return settlements.some(
    (settlement) => copyFor(settlement) !== undefined && 'waitMs' in settlement && settlement.waitMs === 0,
  )
}

/** The copy that carries the message on, if the ledger is to schedule it. */
function copyFor(settlement: Settlement): {readonly lane: Lane; readonly attempt: number} | undefined {
  const {attempt} = settlement
  switch (settlement.kind) {
    case 'retry':
      return settlement.copy === 'schedule' ? {lane: 'retry', attempt: attempt + 1} : undefined
    case 'in_doubt':
      return {lane: settlement.lane, attempt}
    case 'synced':
    case 'dead':
      return undefined
  }
}

function eventOf({kind}: Settlement): MessageEvent {
  switch (kind) {
    case 'synced':
      return 'settled_synced'
    case 'retry':
      return 'settled_retry'
    case 'in_doubt':
      return 'settled_in_doubt'
    case 'dead':
      return 'settled_dead'
  }
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
