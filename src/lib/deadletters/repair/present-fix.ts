import type {FixResult, FixSurvey, RefusedLetter} from './fix-letters.js'
import {presentDifferences} from './present-differences.js'

/** What a correction would do: some letters of it in full, and all of it in numbers. */
export function presentSurvey(survey: FixSurvey, stream: NodeJS.WriteStream): string {
  const {letters, changed, unchanged, refused, samples, mayBeInSap} = survey
  return [
    ...samples.map(
      ({letterId, flow, key, changes}) => `${letterId} (${flow} ${key})\n${presentDifferences(changes, stream)}\n`,
    ),
    `${letters} letters: ${changed.size} would change, ${unchanged} unchanged, ${refused.length} refused.`,
    ...presentRefused(refused),
    ...(mayBeInSap === 0
      ? []
      : [`SAP may have ${mayBeInSap} of them as they were: a replay asks first, and does not send what SAP has.`]),
  ].join('\n')
}

/** What a correction did. */
export function presentFix({fixed, refused, left}: FixResult, operationId: string): string {
  return [
    `Corrected ${fixed} letters (operation ${operationId}).`,
    ...presentRefused(refused),
    ...(left === 0 ? [] : [`Stopped: ${left} were not tried.`]),
  ].join('\n')
}

/** How many for which reason, the most frequent first, each with a letter to look at. */
export function presentRefused(refused: readonly RefusedLetter[]): readonly string[] {
  const reasons = new Map<string, {count: number; readonly first: string}>()
  for (const {letterId, why} of refused) {
    const known = reasons.get(why)
    if (known) known.count += 1
    else reasons.set(why, {count: 1, first: letterId})
  }
  const lines = [...reasons]
    .toSorted(([, a], [, b]) => b.count - a.count)
    .map(([why, {count, first}]) => `  ${count}: ${why} (${count === 1 ? first : `e.g. ${first}`})`)
  return lines.length <= mostReasons
    ? lines
    : [...lines.slice(0, mostReasons), `  and ${lines.length - mostReasons} more reasons; --json has all of them`]
}

const mostReasons = 20
