import type {Database} from '#lib/db/database.js'
import {type Explanation, explainGroup} from '#lib/deadletters/grouping/fingerprint.js'
import type {GroupingRule} from '#lib/deadletters/grouping/rules.js'
import type {Letter} from '#lib/deadletters/letters.js'
import {maskLetter, type WholeLetter} from '#lib/deadletters/mask-letter.js'
import {parseText} from '#lib/deadletters/parse-raw.js'
import {pageLetters} from '#lib/deadletters/query-letters.js'
import {readWhole} from '#lib/deadletters/read-whole.js'
import {readFormerPayloads} from '#lib/ledger/revisions.js'
import {textMask} from '#lib/kernel/mask-values.js'
import {maskPersonal, type PersonalFields} from '#lib/kernel/personal-fields.js'
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

/** Gathers what there is to know of a group, for everybody's eyes: what the fields say is personal is masked. */
export async function describeGroup(
  database: Database,
  group: Group,
  {rules, fields}: {readonly rules: readonly GroupingRule[]; readonly fields: PersonalFields},
): Promise<GroupDescription> {
  const letters = await pageLetters(database, allOf(group.id), {before: null, limit: 3})
  const wholes = await Promise.all(letters.map(async (letter) => readWhole(database, letter)))
  const former = await readFormerPayloads(
    database,
    letters.flatMap(({messageId}) => messageId ?? []),
  )
  const formerOf = ({messageId}: Letter): readonly unknown[] => former.get(messageId ?? '') ?? []
  const [newest] = wholes
  return {
    group,
    samples: wholes.map((whole) => maskLetter(whole, fields, formerOf(whole.letter)).letter),
    explanation: newest ? explain(newest, {rules, fields, former: formerOf(newest.letter)}) : null,
    suggestion: suggestRuling(group),
  }
}

function explain(
  {letter, payload: content}: WholeLetter,
  {
    rules,
    fields,
    former,
  }: {
    readonly rules: readonly GroupingRule[]
    readonly fields: PersonalFields
    readonly former: readonly unknown[]
  },
): Explanation {
  const payload = letter.messageId === null && typeof content === 'string' ? parseText(content) : content
  const explanation = explainGroup({...letter, payload}, rules)
  const mask = textMask([payload, ...former].flatMap((document) => maskPersonal(document, fields).values))
  return {
    ...explanation,
    group: {...explanation.group, template: mask(explanation.group.template)},
    template: mask(explanation.template),
    variables: explanation.variables.map(({kind, text}) => ({kind, text: mask(text)})),
    fingerprint: mask(explanation.fingerprint),
  }
}

function allOf(groupId: string) {
  const word = (field: 'group' | 'state', text: string) =>
    ({kind: 'word', field, isNegated: false, anyOf: [{kind: 'is', text}]}) as const
  return {kind: 'query', terms: [word('group', groupId), word('state', 'any')]} as const
}
