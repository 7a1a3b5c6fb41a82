import {styleText} from 'node:util'
import type {Problem} from './door.js'
import type {Reject} from './runs/check-lines.js'
import type {RunOutcomes} from './runs/outcomes.js'
import type {PushCounts} from './runs/push-run.js'

/** The account of a push, for people. */
export function presentPush(
  counts: PushCounts,
  {
    flow,
    isTrial,
    rejectsFile,
  }: {readonly flow: string; readonly isTrial: boolean; readonly rejectsFile: string | undefined},
): string {
  const lines = [`${flow}: ${countsText(counts, isTrial ? 'would be accepted' : 'accepted')}.`]
  if (rejectsFile !== undefined && counts.rejected > 0) {
    lines.push(`Rejected lines: ${rejectsFile}`)
    lines.push(`Once they are mended, type: erpsync push ${flow} ${rejectsFile} --format rejects`)
  }
  return lines.join('\n')
}

export function countsText({read, accepted, duplicate, rejected}: PushCounts, done = 'accepted'): string {
  return `${read} read, ${accepted} ${done}, ${duplicate} duplicate, ${rejected} rejected`
}

/** What came of a push, in a line. */
export function pushText(counts: PushCounts, outcomes: RunOutcomes | null): string {
  return outcomes === null ? countsText(counts) : `${countsText(counts)}; ${presentOutcomes(outcomes)}`
}

/** A rejected line, for people: where it is, each field, each reason. */
export function presentReject({file, line, problems}: Reject, {isOneFile}: {readonly isOneFile: boolean}): string {
  const place = isOneFile ? `line ${line}` : `${file}, line ${line}`
  return `${styleText('red', place, {stream: process.stderr})}: ${problems.map(presentProblem).join('; ')}`
}

export function presentProblem({field, message}: Problem): string {
  return field === '' ? message : `${field} ${message}`
}

/** What became of the messages of a push, for people. */
export function presentOutcomes({synced, superseded, discarded, dead, pending}: RunOutcomes): string {
  const others = [
    [superseded, 'superseded'],
    [discarded, 'discarded'],
    [dead, 'dead'],
    [pending, 'pending'],
  ] as const
  return [`${synced} synced`, ...others.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)].join(
    ', ',
  )
}
