import {doneOf, failedOf, nextSteps} from './present-operation.js'
import type {Operation, OperationCounts} from './operation.js'

/** How replayed letters stand: judged by what SAP said, not by what was sent. */
export interface ReplayOutcome {
  readonly resolved: number
  readonly diedAgain: number
  readonly pending: number
}

export function replayOutcome(counts: OperationCounts): ReplayOutcome {
  return {resolved: doneOf(counts), diedAgain: failedOf(counts), pending: counts.pending + counts.sent}
}

/** Letters that were sent, or found in SAP instead. */
export function replayedOf({letters, pending, skipped}: OperationCounts): number {
  return letters - pending - skipped
}

/** What a replay sent that is not waited for, and where to look later. */
export function presentSent(
  operation: Operation,
  skipped: readonly {readonly id: string; readonly why: string}[],
): string {
  const sent = replayedOf(operation.counts)
  return [
    `Replayed ${sent}.`,
    ...skipped.map(({id, why}) => `Skipped ${id}: ${why}.`),
    ...(operation.state === 'finished'
      ? []
      : [`They are on their way; erpsync dlq ops show ${operation.id} tells what becomes of them.`]),
    ...nextSteps(operation),
  ].join('\n')
}
