import {hostname} from 'node:os'
import {allFlows, type Config} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import type {Operation} from '#lib/deadletters/operations/operation.js'
import {countsText, failedOf, nextSteps} from '#lib/deadletters/operations/present-operation.js'
import {runOperation} from '#lib/deadletters/operations/run-operation.js'
import type {Lease} from '#lib/deadletters/operations/start.js'
import type {ExitCode} from '#lib/kernel/exit-codes.js'
import {newId} from '#lib/kernel/ids.js'
import type {Operator} from '#lib/ledger/trail.js'
import type {RunEnd} from '#lib/metering/run-end.js'
import {openCounter} from '#lib/output/counter.js'
import {runEndExitCode, runEndText} from './run-end.js'
import {stopSignal} from './stop-signal.js'

/** How a followed operation ended, and the code to end with. */
export interface Followed {
  readonly end: RunEnd
  readonly operation: Operation
  readonly exitCode: ExitCode
}

/** The lease of this process on an operation. */
export function newLease(): Lease {
  return {owner: `${hostname()}:${process.pid}:${newId().slice(-8)}`, leaseMs: 10_000}
}

/**
 * Carries out an operation, with its progress on stderr. Ctrl-C once: nothing
 * more is sent, what is on its way is waited for; a second time: the process
 * ends at once, and the operation can be resumed when its lease has run out.
 */
export async function followOperation(
  {
    config,
    database,
    operator,
    lease,
  }: {
    readonly config: Config
    readonly database: Database
    readonly operator: Operator
    readonly lease: Lease
  },
  id: string,
  timeoutMs: number,
): Promise<Followed> {
  const stopping = stopSignal(`erpsync dlq ops resume ${id}`)
  const counter = openCounter(process.stderr)
  try {
    const {end, operation} = await runOperation(database, id, {
      lease,
      operator,
      destinations: new Map(allFlows(config).map(({name, destination}) => [name, destination])),
      timeoutMs,
      signal: stopping.signal,
      onProgress: ({counts}) => counter.show(countsText(counts)),
    })
    return {
      end,
      operation,
      exitCode: runEndExitCode(end, {
        notDone: failedOf(operation.counts) + operation.counts.skipped,
        signal: stopping.reason(),
      }),
    }
  } finally {
    counter.clear()
    stopping.over()
  }
}

/** How an operation ended, in words, and what to type next. */
export function presentFollowed({end, operation}: Followed): string {
  const {id, counts} = operation
  const lines = [`${runEndText(end, operation)} ${countsText(counts)}`]
  return [...lines, ...nextSteps(operation), `All of it: erpsync dlq ops show ${id}`].join('\n')
}
