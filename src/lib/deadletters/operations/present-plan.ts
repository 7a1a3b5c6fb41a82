import {renderTable} from '#lib/output/table.js'
import type {SapSample} from './ask-sample.js'
import type {PlanFacts} from './describe-plan.js'
import type {Foresight} from './foresee.js'

/** What a replay would send, by flow and reason, and what to expect of it. */
export function presentPlan(
  facts: PlanFacts,
  {expectedMs, warnings}: Foresight,
  sample: SapSample | null = null,
): string {
  const {letters, groups, keys, askedFirst, blockedSiblings, skipped} = facts
  if (letters === 0) return [nothing, ...skippedLines(skipped)].join('\n')
  const table = renderTable(
    ['group', 'flow', 'code', {title: 'letters', align: 'right'}, 'title'],
    groups
      .slice(0, mostGroups)
      .map(({id, flow, code, letters: count, title}) => [id, flow, code, String(count), title ?? '']),
  )
  return [
    table,
    ...(groups.length > mostGroups ? [`and ${groups.length - mostGroups} groups more`] : []),
    '',
    `${letters} letters of ${keys.distinct} keys.`,
    ...(askedFirst === 0 ? [] : [`SAP is asked first for ${askedFirst} whose call may have reached it.`]),
    ...(sample === null || sample.of === 0 ? [] : [sampleLine(sample)]),
    ...(blockedSiblings === 0 ? [] : [`${blockedSiblings} messages are held back behind them.`]),
    ...(expectedMs === null ? [] : [`Expected to take ${durationText(expectedMs)}.`]),
    ...skippedLines(skipped),
    ...warnings.map((warning) => `Warning: ${warning}`),
  ].join('\n')
}

function sampleLine({of, asked, found, absent, unclear}: SapSample): string {
  const which = asked < of ? `Of ${asked} of these ${of}, taken at random,` : 'Of these'
  return `${which} SAP has ${found}, does not have ${absent}${unclear === 0 ? '' : `, and cannot say of ${unclear}`}.`
}

function skippedLines(skipped: PlanFacts['skipped']): readonly string[] {
  return skipped.map(({why, letters}) => `Skipped ${letters}: ${why}.`)
}

function durationText(ms: number): string {
  if (ms < 1000) return 'less than a second'
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}

const mostGroups = 20

/** Somebody else may have been faster: then the letters are not open any more. */
const nothing = 'Nothing to replay. What others have under way: erpsync dlq ops list --state running'
