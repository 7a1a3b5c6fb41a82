import {styleText} from 'node:util'
import type {Problem} from './door.js'
import type {PushCounts, Reject} from './push.js'

/** The account of a push, for people. */
export function presentPush(
  counts: PushCounts,
  {
    flow,
    dryRun,
    rejectsFile,
  }: {readonly flow: string; readonly dryRun: boolean; readonly rejectsFile?: string | undefined},
): string {
  const done = dryRun ? 'would be accepted' : 'accepted'
  const lines = [
    `${flow}: ${counts.read} read, ${counts.accepted} ${done}, ${counts.duplicate} duplicate, ${counts.rejected} rejected.`,
  ]
  if (rejectsFile !== undefined && counts.rejected > 0) lines.push(`Rejected lines: ${rejectsFile}`)
  return lines.join('\n')
}

/** A rejected line, for people: its number, each field, each reason. */
export function presentReject({line, problems}: Reject): string {
  return `${styleText('red', `line ${line}`, {stream: process.stderr})}: ${problems.map(presentProblem).join('; ')}`
}

function presentProblem({field, message}: Problem): string {
  return field === '' ? message : `${field} ${message}`
}
