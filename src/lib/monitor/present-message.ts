import {renderTable} from '#lib/output/table.js'
import type {AttemptRecord, CopyRecord, MessageRecord} from '#lib/ledger/timeline.js'

/** A message and all that happened to it, for people: what, where it stands, and its timeline. */
export function presentMessage(message: MessageRecord): string {
  const {id, flow, key, version, state, document, reference, intent, repeatedBy} = message
  const facts: readonly (readonly [string, string | null])[] = [
    ['message', id],
    ['flow', flow],
    ['key', version === null ? key : `${key} (version ${version})`],
    ['state', stateLine(message)],
    ['intent', intent === 'resync' ? 'resync: SAP is brought back to this state' : null],
    ['reference in SAP', reference],
    ['sent again as', repeatedBy],
    ['SAP document', document],
  ]
  const known = facts.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(18)}${value}`]))
  return [...known, '', renderTable(['time', 'event', 'detail'], timelineRows(message)), `State now: ${state}.`].join(
    '\n',
  )
}

function stateLine({state, retryAt, probeAfter}: MessageRecord): string {
  if (retryAt) return `${state}, next attempt ${retryAt.toISOString()}`
  if (probeAfter) return `${state}, SAP will be asked ${probeAfter.toISOString()}`
  return state
}

interface Moment {
  readonly at: Date
  readonly event: string
  readonly detail: string
}

function timelineRows({acceptedAt, finishedAt, state, document, attempts, copies}: MessageRecord): string[][] {
  const moments: Moment[] = [
    {at: acceptedAt, event: 'accepted', detail: ''},
    ...copies.flatMap(copyMoments),
    ...attempts.flatMap(attemptMoments),
    ...(finishedAt
      ? [{at: finishedAt, event: state, detail: document === null ? '' : `SAP document ${document}`}]
      : []),
  ]
  return moments
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .map(({at, event, detail}) => [at.toISOString(), event, detail])
}

function copyMoments({lane, attempt, publishedAt, dueAt}: CopyRecord): readonly Moment[] {
  return publishedAt
    ? [{at: publishedAt, event: 'published', detail: `${lane} lane, attempt ${attempt}`}]
    : [{at: dueAt, event: 'due', detail: `${lane} lane, attempt ${attempt}`}]
}

function attemptMoments(attempt: AttemptRecord): readonly Moment[] {
  const {number, worker, startedAt, endedAt, outcome, code, text, probedAt, probe} = attempt
  return [
    {at: startedAt, event: `attempt ${number}`, detail: `begun by ${worker}`},
    ...(endedAt
      ? [{at: endedAt, event: `attempt ${number}`, detail: [outcome, code, text].filter(Boolean).join(' · ')}]
      : []),
    ...(probedAt ? [{at: probedAt, event: 'look-up', detail: probe ?? ''}] : []),
  ]
}
