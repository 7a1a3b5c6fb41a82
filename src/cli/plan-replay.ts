import {allFlows, type Config} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {describePlan, listSkipped, type PlanFacts} from '#lib/deadletters/operations/describe-plan.js'
import {type Foresight, foresee} from '#lib/deadletters/operations/foresee.js'
import {dropPlan, freezeLetters} from '#lib/deadletters/operations/freeze.js'
import {type Guards, noGuards} from '#lib/metering/guards.js'
import {findOperation, type Operation} from '#lib/deadletters/operations/operation.js'
import {readPlanFile} from '#lib/deadletters/operations/plan-file.js'
import {presentPlan} from '#lib/deadletters/operations/present-plan.js'
import {type Lease, startOperation} from '#lib/deadletters/operations/start.js'
import type {Selection} from '#lib/deadletters/operations/selection.js'
import type {Operator} from '#lib/ledger/trail.js'
import {type Agreement, confirmationFor, confirmCount} from './confirm-count.js'
import {operationError, unknownOperation} from './operation-error.js'

/** Where the letters of a replay come from. */
export type ReplaySource =
  | {readonly kind: 'selection'; readonly selection: Selection; readonly limit: number | null}
  | {readonly kind: 'plan'; readonly path: string}

/** A replay whose letters are frozen, and all there is to know before it begins. */
export interface PlannedReplay {
  readonly operation: Operation
  readonly facts: PlanFacts
  readonly foresight: Foresight
  /** Letters that will not be sent, the first hundred. */
  readonly skipped: readonly {readonly id: string; readonly why: string}[]
  /** Forgets it, unless it was planned by an earlier command. */
  readonly forget: () => Promise<void>
}

/**
 * Freezes the letters of a replay, or takes those of an earlier plan.
 *
 * @throws ErpSyncError 65, 66 if the plan's file is not right, 7 if it was begun already.
 */
export async function planReplay(
  {config, database, operator}: {readonly config: Config; readonly database: Database; readonly operator: Operator},
  source: ReplaySource,
  guards: Guards | null,
): Promise<PlannedReplay> {
  const {operation, unknown} = await freeze(database, source, guards, operator)
  const facts = await describePlan(database, operation)
  const known = await listSkipped(database, operation.id, mostSkipped)
  return {
    operation,
    facts,
    foresight: await foresee(database, facts, guards ?? operation.guards, allFlows(config)),
    skipped: [...unknown.map((id) => ({id, why: 'there is no such letter'})), ...known].slice(0, mostSkipped),
    forget: async () => (source.kind === 'plan' ? undefined : dropPlan(database, operation.id)),
  }
}

/**
 * Asks for a confirmation that fits the size, and makes the letters the
 * replay's own.
 *
 * @throws ErpSyncError 2, 9 if nobody agrees, 7 if another operation has some of the letters.
 */
export async function beginReplay(
  {database, operator, lease}: {readonly database: Database; readonly operator: Operator; readonly lease: Lease},
  {operation, facts, foresight, forget}: PlannedReplay,
  isFollowed: boolean,
  agreement: Agreement & {readonly say: (text: string) => void},
): Promise<void> {
  const {counts, guards, id} = operation
  try {
    if (confirmationFor(counts.pending, agreement) !== 'none') agreement.say(presentPlan(facts, foresight))
    await confirmCount(`Replay ${counts.pending} dead letters?`, counts.pending, agreement)
    const perKey = isFollowed ? guards.perKey : null
    const outcome = await startOperation(database, id, {lease, perKey}, operator)
    if (outcome.kind !== 'started') throw operationError(id, outcome)
  } catch (error) {
    await forget()
    throw error
  }
}

async function freeze(database: Database, source: ReplaySource, guards: Guards | null, operator: Operator) {
  switch (source.kind) {
    case 'selection': {
      const {selection, limit} = source
      return freezeLetters(database, {kind: 'replay', selection, guards: guards ?? noGuards, limit}, operator)
    }
    case 'plan':
      return {operation: await takePlan(database, source.path, guards), unknown: []}
  }
}

async function takePlan(database: Database, path: string, guards: Guards | null): Promise<Operation> {
  const {operation: id} = await readPlanFile(path)
  const operation = await findOperation(database, id)
  if (operation === undefined) throw unknownOperation(id)
  if (operation.state !== 'planned') throw operationError(id, {kind: 'wrong_state', operation})
  if (guards === null) return operation
  await database.query(`update erpsync.operation set guards = $2::jsonb where id = $1 and state = 'planned'`, [
    id,
    JSON.stringify(guards),
  ])
  return {...operation, guards}
}

const mostSkipped = 100
