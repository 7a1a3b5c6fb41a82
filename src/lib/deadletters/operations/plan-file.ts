import {createHash} from 'node:crypto'
import {createWriteStream} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {pipeline} from 'node:stream/promises'
import {z} from 'zod'
import type {Queryable} from '#lib/db/database.js'
import {errorCode, ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isOperationId} from './operation.js'

/**
 * Writes a plan to a file, for people and scripts to look at: its facts, and the
 * ids of its letters in the order in which they will be sent, read page by page.
 */
export async function writePlanFile(
  database: Queryable,
  path: string,
  plan: {readonly operation: string} & Readonly<Record<string, unknown>>,
): Promise<void> {
  await pipeline(planText(database, plan), createWriteStream(path))
}

/**
 * Reads which operation a plan's file is about.
 *
 * @throws ErpSyncError 66 if it cannot be read, 65 if it is no plan or its ids were changed.
 */
export async function readPlanFile(path: string): Promise<{readonly operation: string}> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ErpSyncError(`The plan ${path} cannot be read: ${errorCode(error) ?? 'unreadable'}.`, {
      code: 'plan_missing',
      exitCode: exitCodes.missingInput,
      cause: error,
    })
  })
  const plan = planSchema.safeParse(jsonOf(text))
  if (!plan.success) throw noPlan(path, 'it is no plan')
  const {operation, ids, sha256} = plan.data
  if (checksumOf(ids) !== sha256) throw noPlan(path, 'its ids are not those that were written')
  return {operation}
}

async function* planText(database: Queryable, plan: Readonly<Record<string, unknown>>): AsyncGenerator<string> {
  const head = JSON.stringify({version: 1, ...plan}, null, 2)
  const checksum = createHash('sha256')
  yield `${head.slice(0, -2)},\n  "ids": [`
  let separator = '\n    '
  for await (const ids of readPlannedIds(database, String(plan.operation))) {
    for (const id of ids) checksum.update(`${id}\n`)
    yield separator + ids.map((id) => JSON.stringify(id)).join(',\n    ')
    separator = ',\n    '
  }
  yield `\n  ],\n  "sha256": "${checksum.digest('hex')}"\n}\n`
}

async function* readPlannedIds(database: Queryable, operationId: string): AsyncGenerator<readonly string[]> {
  let after = 0
  for (;;) {
    const {rows} = await database.query<{position: number; letter_id: string}>(
      `select position, letter_id
         from erpsync.operation_item
        where operation_id = $1
          and state = 'planned'
          and position > $2
        order by position
        limit 5000`,
      [operationId, after],
    )
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows.map(({letter_id}) => letter_id)
    after = last.position
  }
}

function checksumOf(ids: readonly string[]): string {
  const checksum = createHash('sha256')
  for (const id of ids) checksum.update(`${id}\n`)
  return checksum.digest('hex')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function noPlan(path: string, why: string): ErpSyncError {
  return new ErpSyncError(`${path} cannot be taken: ${why}.`, {
    code: 'plan_invalid',
    exitCode: exitCodes.badInput,
    hint: 'Make one with erpsync dlq plan --out, or name letters with --ids-from.',
  })
}

const planSchema = z.object({
  version: z.literal(1),
  operation: z.string().refine(isOperationId),
  ids: z.array(z.string()),
  sha256: z.string(),
})
