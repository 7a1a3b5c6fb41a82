import assert from 'node:assert/strict'
import type {Database} from '#lib/db/database.js'
import {freezeLetters} from '#lib/deadletters/operations/freeze.js'
import {type Guards, noGuards} from '#lib/metering/guards.js'
import type {Operation} from '#lib/deadletters/operations/operation.js'
import {sendAtOnce} from '#lib/deadletters/operations/run-operation.js'
import type {Selection} from '#lib/deadletters/operations/selection.js'
import {type Lease, startOperation} from '#lib/deadletters/operations/start.js'
import {newId} from '#lib/kernel/ids.js'
import type {Operator} from '#lib/ledger/trail.js'
import {ada} from './operator.js'

export function lease(leaseMs = 10_000): Lease {
  return {owner: `test:${newId()}`, leaseMs}
}

/** The letters of a replay, frozen. */
export async function plan(
  database: Database,
  selection: Selection,
  {
    guards = {},
    operator = ada,
    limit = null,
  }: {guards?: Partial<Guards>; operator?: Operator; limit?: number | null} = {},
): Promise<Operation> {
  const request = {kind: 'replay', selection, guards: {...noGuards, ...guards}, limit} as const
  return (await freezeLetters(database, request, operator)).operation
}

/** Freezes letters, and begins to send them by that lease. */
export async function begin(
  database: Database,
  selection: Selection,
  guards: Partial<Guards>,
  held: Lease = lease(),
): Promise<Operation> {
  const operation = await plan(database, selection, {guards})
  const outcome = await startOperation(database, operation.id, {lease: held, perKey: operation.guards.perKey}, ada)
  assert.deepEqual(outcome, {kind: 'started'})
  return operation
}

/** Sends letters as `dlq replay` does without guards. */
export async function replay(database: Database, selection: Selection, operator: Operator = ada): Promise<Operation> {
  const {id} = await plan(database, selection, {operator})
  const held = lease()
  const outcome = await startOperation(database, id, {lease: held, perKey: null}, operator)
  assert.deepEqual(outcome, {kind: 'started'})
  return sendAtOnce(database, id, {lease: held, operator})
}
