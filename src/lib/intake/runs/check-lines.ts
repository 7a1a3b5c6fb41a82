import type {Admissible, Door, Problem} from '#lib/intake/door.js'
import type {Line} from '#lib/intake/readers/line.js'

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

/** Checks lines one after the other: mappings run on the event loop, each within a time limit of its own. */
export async function checkLines(door: Door, lines: readonly Line[]): Promise<readonly CheckedLine[]> {
  const checked: CheckedLine[] = []
  for (const line of lines) checked.push(await checkLine(door, line))
  return checked
}

async function checkLine(door: Door, line: Line): Promise<CheckedLine> {
  if ('problem' in line) {
    return {kind: 'refused', line, problems: [{field: line.field ?? '', message: line.problem}]}
  }
  const check = await door.check(line.document)
  return check.kind === 'refused'
    ? {kind: 'refused', line, problems: check.problems}
    : {kind: 'admissible', line, document: check}
}
