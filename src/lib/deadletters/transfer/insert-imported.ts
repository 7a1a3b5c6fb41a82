import type {Transaction} from '#lib/db/database.js'
import {toJsonb} from '#lib/db/jsonb.js'
import {payloadHash} from '#lib/kernel/payload-hash.js'
import {versionRank} from '#lib/kernel/version-rank.js'
import type {Candidate} from './judge-letter.js'

/**
 * Writes dead messages with their attempts and revisions, as they were where they come from.
 *
 * @returns the ids that were written; the others met an identity or reference that was taken meanwhile.
 */
export async function insertImported(tx: Transaction, candidates: readonly Candidate[]): Promise<ReadonlySet<string>> {
  const {rows} = await tx.query<{id: string}>(
    `insert into erpsync.message
            (id, flow, business_key, version, idempotency_key, reference, payload, payload_hash, version_rank, ordering,
             intent, state, revision, attempts, strikes, resends, accepted_at, claimed_at)
     select id, flow, business_key, version, idempotency_key, reference, payload, decode(payload_hash, 'hex'),
            version_rank, ordering, intent, 'dead', revision, attempts, strikes, resends, accepted_at, claimed_at
       from jsonb_to_recordset($1::jsonb)
         as new (id uuid, flow text, business_key text, version text, idempotency_key text, reference text,
                 payload jsonb, payload_hash text, version_rank text, ordering text, intent text,
                 revision integer,
                 attempts integer, strikes integer, resends integer, accepted_at timestamptz, claimed_at timestamptz)
         on conflict do nothing
     returning id`,
    [toJsonb(candidates.map(messageRow))],
  )
  const ids = new Set(rows.map(({id}) => id))
  const written = candidates.filter(({line}) => ids.has(line.message.id))
  await tx.query(
    `insert into erpsync.attempt
            (message_id, number, lane, worker, started_at, ended_at, outcome, class, executed, code, text, stage,
             answer, probed_at, probe)
     select message_id, number, lane, worker, started_at, ended_at, outcome, class, executed, code, text, stage,
            nullif(answer, 'null'), probed_at, probe
       from jsonb_to_recordset($1::jsonb)
         as new (message_id uuid, number integer, lane text, worker text, started_at timestamptz,
                 ended_at timestamptz, outcome text, class text, executed text, code text, text text, stage text,
                 answer jsonb, probed_at timestamptz, probe text)`,
    [toJsonb(written.flatMap(attemptRows))],
  )
  await tx.query(
    `insert into erpsync.payload_revision
            (message_id, number, payload, payload_hash, made_at, made_by, host, reason, operation_id, patch)
     select message_id, number, payload, decode(payload_hash, 'hex'), made_at, made_by, host, reason, operation_id,
            nullif(patch, 'null')
       from jsonb_to_recordset($1::jsonb)
         as new (message_id uuid, number integer, payload jsonb, payload_hash text, made_at timestamptz,
                 made_by text, host text, reason text, operation_id text, patch jsonb)`,
    [toJsonb(written.flatMap(revisionRows))],
  )
  return ids
}

function messageRow({line: {letter, message}, door, document}: Candidate) {
  return {
    id: message.id,
    flow: letter.flow,
    business_key: message.key,
    version: message.version,
    idempotency_key: message.idempotencyKey,
    reference: message.reference,
    payload: message.payload,
    payload_hash: document.hash,
    version_rank: message.version === null ? null : versionRank(message.version),
    ordering: door.ordering,
    intent: message.intent,
    revision: message.revision,
    attempts: message.attempts,
    strikes: message.strikes,
    resends: message.resends,
    accepted_at: message.acceptedAt,
    claimed_at: message.claimedAt,
  }
}

function attemptRows({line: {message, attempts}}: Candidate) {
  return attempts.map(({startedAt, endedAt, probedAt, ...same}) => ({
    ...same,
    message_id: message.id,
    started_at: startedAt,
    ended_at: endedAt,
    probed_at: probedAt,
  }))
}

function revisionRows({line: {message, revisions}}: Candidate) {
  return revisions.map(({payload, madeAt, madeBy, operationId, patch, ...same}) => ({
    ...same,
    message_id: message.id,
    payload,
    payload_hash: payloadHash(payload),
    made_at: madeAt,
    made_by: madeBy,
    operation_id: operationId,
    patch,
  }))
}
