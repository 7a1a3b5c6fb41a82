import {renderTable} from '#lib/output/table.js'
import type {AuditReport, Discrepancy, FlowAudit} from './report.js'

/** Where every message is, and what is not as it should be, for people. */
export function presentAudit({flows, missing, duplicates, outOfOrder, discrepancies}: AuditReport): string {
  return [
    ...flows.flatMap(presentFlow),
    `missing ${missing}, duplicates ${duplicates}, out of order ${outOfOrder}`,
    ...presentDiscrepancies(discrepancies),
  ].join('\n')
}

function presentFlow({flow, states, places, sap}: FlowAudit): readonly string[] {
  const byState = Object.entries(states).map(([state, count]) => `${count} ${state}`)
  const table = renderTable(
    ['copies', {title: 'needed', align: 'right'}, {title: 'there', align: 'right'}],
    places.map(({place, needed, held}) => [place, String(needed), held === null ? '–' : String(held)]),
  )
  const unanswered = sap.unanswered > 0 ? `, ${sap.unanswered} look-ups failed` : ''
  return [
    `${flow}: ${byState.length === 0 ? 'no messages' : byState.join(', ')}`,
    ...(places.length === 0 ? [] : [table]),
    ...(sap.asked === 0 ? [] : [`SAP was asked for ${sap.asked} and has ${sap.found}${unanswered}`]),
    '',
  ]
}

function presentDiscrepancies(discrepancies: readonly Discrepancy[]): readonly string[] {
  const shown = discrepancies.slice(0, mostShown)
  const left = discrepancies.length - shown.length
  return [
    ...shown.map(({kind, flow, key, messageId, detail}) =>
      [kind.replaceAll('_', ' '), [flow, key].filter(Boolean).join(' '), messageId && `(${messageId})`, detail]
        .filter(Boolean)
        .join(' '),
    ),
    ...(left > 0 ? [`and ${left} more; --json names them all`] : []),
  ]
}

const mostShown = 50
