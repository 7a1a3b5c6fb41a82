import {createHash} from 'node:crypto'
import {parameterise, type Variable} from './parameterise.js'
import {type GroupingRule, keyOf, matchingRule, type RuleSubject} from './rules.js'

/** The group that a letter belongs to. */
export interface LetterGroup {
  readonly id: string
  readonly version: number
  readonly flow: string
  readonly stage: string
  readonly class: string
  readonly code: string
  readonly template: string
  /** What the configuration says of its letters. */
  readonly title: string | null
  readonly runbook: string | null
  readonly replayable: Replayable | null
}

export type Replayable = 'never' | 'after-fix' | 'auto'

/** How a fingerprint was made, step by step. */
export interface Explanation {
  readonly group: LetterGroup
  /** The text without what differs, and what that was. */
  readonly template: string
  readonly variables: readonly Variable[]
  /** Which rule of the file holds, counted from 1; null if none does. */
  readonly rule: number | null
  /** What was hashed. */
  readonly fingerprint: string
}

/** A letter as the fingerprint sees it. */
export interface GroupedLetter extends RuleSubject {
  readonly text: string
}

/**
 * Finds the group of a letter: one for each flow, stage, class, code and
 * parameterised text, or what a rule puts in place of the text. Never of stack
 * frames, whose lines move with every release.
 */
export function groupOf(letter: GroupedLetter, rules: readonly GroupingRule[]): LetterGroup {
  return explainGroup(letter, rules).group
}

/** Finds the group of a letter, and tells how. */
export function explainGroup(letter: GroupedLetter, rules: readonly GroupingRule[]): Explanation {
  const {flow, stage, class: kind, code} = letter
  const {text, variables} = parameterise(letter.text)
  const rule = matchingRule(letter, rules)
  const template = rule === undefined ? text : keyOf(rule, text, letter.payload)
  const fingerprint = [`v${fingerprintVersion}`, flow, stage, kind, code, template].join('|')
  return {
    group: {
      id: `F-${base32(createHash('sha256').update(fingerprint).digest())}`,
      version: fingerprintVersion,
      flow,
      stage,
      class: kind,
      code,
      template,
      title: rule?.then.title ?? null,
      runbook: rule?.then.runbook ?? null,
      replayable: rule?.then.replayable ?? null,
    },
    template: text,
    variables,
    rule: rule === undefined ? null : rules.indexOf(rule) + 1,
    fingerprint,
  }
}

/** The first 35 bits, five to a character (RFC 4648). */
function base32(hash: Buffer): string {
  const bits = BigInt(hash.readUIntBE(0, 5))
  return Array.from({length: 7}, (_, index) => alphabet[Number((bits >> BigInt(35 - 5 * index)) & 31n)]).join('')
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Written into every group, so that groups of an older version are known. */
export const fingerprintVersion = 1
