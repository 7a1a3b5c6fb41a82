import {renderTable} from '#lib/output/table.js'
import type {Outcome} from './conduct.js'
import {commandFor} from './options.js'
import type {PlanInput} from './plan.js'

/** The result as `--json` prints it. */
export interface Summary {
  readonly seed: number
  readonly messages: number
  readonly faults: Readonly<Record<string, number>>
  readonly lost: number
  readonly bookedTwice: number
  readonly overwritten: number
  readonly unaccounted: number
}

export function summarize({seed}: PlanInput, {messages, faults, verdict}: Outcome): Summary {
  return {
    seed,
    messages,
    faults,
    lost: verdict.lost.length,
    bookedTwice: verdict.bookedTwice.length,
    overwritten: verdict.overwritten.length,
    unaccounted: verdict.unaccounted.length,
  }
}

/** The result for people. */
export function presentOutcome(input: PlanInput, outcome: Outcome): string {
  const {seed, messages, faults, lost, bookedTwice, overwritten, unaccounted} = summarize(input, outcome)
  return [
    renderTable(
      ['fault', {title: 'times', align: 'right'}],
      Object.entries(faults).map(([kind, count]) => [kind, String(count)]),
    ),
    '',
    `seed                 ${seed}`,
    `messages             ${messages}`,
    `lost                 ${lost}`,
    `booked twice         ${bookedTwice}`,
    `overwritten by older ${overwritten}`,
    `unaccounted          ${unaccounted}`,
  ].join('\n')
}

/** What is wrong, name by name, and how to see it again. */
export function presentViolations(input: PlanInput, {verdict, logs}: Outcome): string {
  const sections = [
    ['Lost', verdict.lost],
    ['Booked twice', verdict.bookedTwice],
    ['Overwritten by older', verdict.overwritten],
    ['Unaccounted', verdict.unaccounted],
  ] as const
  return [
    ...sections.flatMap(([title, findings]) => (findings.length === 0 ? [] : [`${title}:`, ...shorten(findings)])),
    `Logs: ${logs ?? 'not kept'}`,
    `The same again: ${commandFor(input)}`,
  ].join('\n')
}

function shorten(findings: readonly string[]): readonly string[] {
  const shown = findings.slice(0, mostShown).map((finding) => `  ${finding}`)
  return findings.length > mostShown ? [...shown, `  and ${findings.length - mostShown} more`] : shown
}

const mostShown = 50
