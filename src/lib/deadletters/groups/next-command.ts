import type {ParsedQuery, Term} from '#lib/deadletters/query/query.js'
import {resolvedText} from '#lib/deadletters/query/resolved-text.js'
import {quoteForShell} from '#lib/output/quote-for-shell.js'
import type {Group} from './group.js'
import type {GroupBy} from './bucket-source.js'
import type {Bucket} from './list-buckets.js'

/** What to type next about a group: look first at what nobody has seen, send again what a retry may mend. */
export function nextForGroup({id, state, class: kind, replayable}: Group): string {
  const look = `erpsync dlq show ${id}`
  if (replayable === 'never') return look
  if (replayable === 'auto') return `erpsync dlq replay ${id}`
  const isSeen = state === 'acknowledged' || state === 'snoozed'
  const isMended = kind === 'transient' || kind === 'throttled' || kind === 'conflict' || kind === 'in_doubt'
  return isMended && isSeen ? `erpsync dlq replay ${id}` : look
}

/** What to type next about letters that have something else in common: their groups. */
export function nextForBucket({value, group}: Bucket, by: GroupBy, query: ParsedQuery | null): string {
  if (group) return nextForGroup(group)
  const terms = [...(query?.terms ?? []), termOf(by, value)]
  return `erpsync dlq groups -q ${quoteForShell(resolvedText({kind: 'query', terms}))}`
}

function termOf(by: GroupBy, value: string | null): Term {
  const isNegated = value === null
  const match = value === null ? ({kind: 'starts_with', text: ''} as const) : ({kind: 'is', text: value} as const)
  switch (by.kind) {
    case 'fingerprint':
      return {kind: 'word', field: 'group', isNegated, anyOf: [match]}
    case 'code':
    case 'flow':
    case 'class':
      return {kind: 'word', field: by.kind, isNegated, anyOf: [match]}
    case 'payload':
      return {kind: 'payload', path: by.path, isNegated, anyOf: [match]}
  }
}
