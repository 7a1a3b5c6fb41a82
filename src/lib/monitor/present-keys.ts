import {ago} from '#lib/output/ago.js'
import {renderTable} from '#lib/output/table.js'
import type {HeldKey, KeyMessage} from '#lib/ledger/held-keys.js'

/** Held keys as a table, each with what holds it and what to type. */
export function presentHeldKeys(keys: readonly HeldKey[], now: Date): string {
  if (keys.length === 0) return 'No key is held.'
  return renderTable(
    ['flow', 'key', 'order', {title: 'held', align: 'right'}, 'since', 'held by', 'reason'],
    keys.map(({flow, key, ordering, held, heldSince, holder}) => [
      flow,
      key,
      ordering,
      String(held),
      ago(heldSince, now),
      holder?.id ?? '–',
      holder ? [holder.state, holder.code].filter(Boolean).join(' ') : 'about to be released',
    ]),
  )
}

/** The messages of a key that are not over, in their order. */
export function presentKey(flow: string, key: string, messages: readonly KeyMessage[]): string {
  if (messages.length === 0) return `${flow} ${key}: nothing is under way.`
  const table = renderTable(
    ['message', 'version', 'state', 'accepted', 'code', 'text'],
    messages.map(({id, version, state, waived, acceptedAt, code, text}) => [
      id,
      version ?? '–',
      waived ? `${state}, waived` : state,
      acceptedAt.toISOString(),
      code ?? '',
      text ?? '',
    ]),
  )
  const [head] = messages
  return head?.state === 'dead' ? `${table}\n\n${adviceFor(flow, key, head.id)}` : table
}

function adviceFor(flow: string, key: string, messageId: string): string {
  return [
    `Mend the cause and replay:      erpsync dlq replay ${messageId}`,
    `Let the others go on without:   erpsync key release ${flow} ${key} --reason WHY`,
    `Discard it, and go on:          erpsync key skip ${flow} ${key} --reason WHY`,
  ].join('\n')
}
