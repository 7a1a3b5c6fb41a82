import type {Verdict} from '#lib/intake/accept.js'
import type {CheckedLine, Reject} from './check-lines.js'
import type {PushCounts} from './push-run.js'

/** What became of a batch of lines. */
export interface BatchResult {
  readonly counts: PushCounts
  readonly rejects: readonly Reject[]
  readonly duplicates: readonly {readonly line: number; readonly messageId: string}[]
  /** The line before which the push is to stop; it is in none of the above. */
  readonly stoppedBy?: Reject
}

/** Puts together what the door and the ledger say of each line, in the order of the file. */
export function batchResult(file: string, lines: readonly CheckedLine[], verdicts: readonly Verdict[]): BatchResult {
  const rejects: Reject[] = []
  const duplicates: {line: number; messageId: string}[] = []
  let index = 0
  for (const checked of lines) {
    const {line} = checked
    const verdict = checked.kind === 'admissible' ? verdicts[index++] : checked
    if (verdict?.kind === 'duplicate') duplicates.push({line: line.number, messageId: verdict.id})
    if (verdict?.kind !== 'refused') continue
    const header = line.header === undefined ? {} : {header: line.header}
    rejects.push({file, line: line.number, problems: verdict.problems, text: line.text, ...header})
  }
  return {
    counts: {
      read: lines.length,
      accepted: lines.length - rejects.length - duplicates.length,
      duplicate: duplicates.length,
      rejected: rejects.length,
    },
    rejects,
    duplicates,
  }
}

export function addCounts(a: PushCounts, b: PushCounts): PushCounts {
  return {
    read: a.read + b.read,
    accepted: a.accepted + b.accepted,
    duplicate: a.duplicate + b.duplicate,
    rejected: a.rejected + b.rejected,
  }
}

export const noCounts: PushCounts = {read: 0, accepted: 0, duplicate: 0, rejected: 0}
