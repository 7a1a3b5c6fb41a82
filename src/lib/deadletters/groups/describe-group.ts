import type {Database} from '#lib/db/database.js'
import {type Explanation, explainGroup} from '#lib/deadletters/grouping/fingerprint.js'
import type {GroupingRule} from '#lib/deadletters/grouping/rules.js'
import {type Letter, readRaw} from '#lib/deadletters/letters.js'
import {parseRaw} from '#lib/deadletters/parse-raw.js'
import {pageLetters} from '#lib/deadletters/query-letters.js'
import {readPayload} from '#lib/ledger/messages.js'
import type {Group} from './group.js'
import {suggestRuling} from './suggest-ruling.js'

/** A group with what a person needs to decide. */
export interface GroupDescription {
  readonly group: Group
  /** A few of its letters, the newest first. */
  readonly samples: readonly Letter[]
  /** How the fingerprint of the newest letter is made, by the rules of today; null if it has none. */
  readonly explanation: Explanation | null
  /** A ruling on SAP's message to think about. */
  readonly suggestion: string | null
}

/** Gathers what there is to know of a group. */
export async function describeGroup(
  database: Database,
  group: Group,
  rules: readonly GroupingRule[],
): Promise<GroupDescription> {
  const samples = await pageLetters(database, anyOf(group.id), {before: null, limit: 3})
  const [newest] = samples
  const explanation = newest ? explainGroup({...newest, payload: await documentOf(database, newest)}, rules) : null
  return {group, samples, explanation, suggestion: suggestRuling(group)}
}

async function documentOf(database: Database, {id, messageId}: Letter): Promise<unknown> {
  if (messageId !== null) return readPayload(database, messageId)
  const raw = await readRaw(database, id)
  return parseRaw(raw === undefined ? null : Buffer.from(raw))
}

function anyOf(groupId: string) {
  const word = (field: 'group' | 'state', text: string) =>
    ({kind: 'word', field, isNegated: false, anyOf: [{kind: 'is', text}]}) as const
  return {kind: 'query', terms: [word('group', groupId), word('state', 'any')]} as const
}
