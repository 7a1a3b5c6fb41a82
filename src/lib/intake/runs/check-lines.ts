import type {Admissible, Problem} from '#lib/intake/door.js'
import type {Line} from '#lib/intake/readers/line.js'
import type {Check} from './check-documents.js'
import type {Checker} from './checker.js'

/** A line that was not accepted, and why. */
export interface Reject {
  /** The file it stands in; `-` for standard input. */
  readonly file: string
  readonly line: number
  readonly problems: readonly Problem[]
  /** The line as it came. */
  readonly text: string
  /** Of CSV, the header that says what is what in it. */
  readonly header?: string
}

/** A line that was read, and what the door says of it. */
export type CheckedLine =
  | {readonly kind: 'admissible'; readonly line: Line; readonly document: Admissible}
  | {readonly kind: 'refused'; readonly line: Line; readonly problems: readonly Problem[]}
  | {readonly kind: 'duplicate'; readonly line: Line; readonly id: string}

/** What is to be said of each line, in their order. */
export async function checkLines(checker: Checker, lines: readonly Line[]): Promise<readonly CheckedLine[]> {
  const documents = lines.flatMap((line) => ('problem' in line || line.knownAs !== undefined ? [] : [line.document]))
  const checks = (await checker.check(documents)).values()
  return lines.map((line) => {
    if ('problem' in line) {
      return {kind: 'refused', line, problems: [{field: line.field ?? '', message: line.problem}]}
    }
    if (line.knownAs !== undefined) return {kind: 'duplicate', line, id: line.knownAs}
    return joined(line, line.document, checks.next().value)
  })
}

function joined(line: Line, document: unknown, check: Check | undefined): CheckedLine {
  if (check === undefined) throw new Error('a line was not checked')
  if (check.kind === 'refused') return {kind: 'refused', line, problems: check.problems}
  const {kind, key, version, idempotencyKey, reference, hash} = check
  return {kind, line, document: {kind, document, key, version, idempotencyKey, reference, hash}}
}
