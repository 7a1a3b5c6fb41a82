import {matchesWildcard} from '#lib/kernel/wildcard.js'
import type {Replayable} from './fingerprint.js'

/** What the configuration says of letters of one cause. */
export interface GroupingRule {
  /** Patterns in which `*` stands for any characters, by field: `flow`, `stage`, `class`, `code`, `payload.<path>`. */
  readonly when: Readonly<Record<string, string>>
  readonly then: {
    /** What stands in place of the text in the fingerprint: words, `{{default}}`, `{{payload.<path>}}`. */
    readonly key?: readonly string[] | undefined
    readonly title?: string | undefined
    readonly runbook?: string | undefined
    readonly replayable?: Replayable | undefined
  }
}

/** What a rule can ask for. */
export interface RuleSubject {
  readonly flow: string
  readonly stage: string
  readonly class: string
  readonly code: string
  /** The document; undefined where no rule asks for it. */
  readonly payload: unknown
}

/** The first rule that holds for a letter. */
export function matchingRule(subject: RuleSubject, rules: readonly GroupingRule[]): GroupingRule | undefined {
  return rules.find(({when}) =>
    Object.entries(when).every(([field, pattern]) => {
      const value = fieldOf(subject, field)
      return value !== undefined && matchesWildcard(value, pattern)
    }),
  )
}

/** What a rule puts in place of the text; the text itself if it names no key. */
export function keyOf({then}: GroupingRule, template: string, payload: unknown): string {
  if (then.key === undefined) return template
  return then.key
    .map((part) =>
      part.replaceAll(placeholder, (_, name: string) =>
        name === 'default' ? template : (valueAt(payload, name.slice(payloadPrefix.length)) ?? ''),
      ),
    )
    .join(' | ')
}

/** Whether any of the rules looks into documents: they are read only then. */
export function needsPayload(rules: readonly GroupingRule[]): boolean {
  return rules.some(
    ({when, then}) =>
      Object.keys(when).some((field) => field.startsWith(payloadPrefix)) ||
      (then.key ?? []).some((part) => placeholdersOf(part).some((name) => name !== 'default')),
  )
}

/** The names between double braces. */
export function placeholdersOf(part: string): readonly string[] {
  return [...part.matchAll(placeholder)].map(([, name = '']) => name)
}

function fieldOf(subject: RuleSubject, field: string): string | undefined {
  switch (field) {
    case 'flow':
    case 'stage':
    case 'class':
    case 'code':
      return subject[field]
    default:
      return valueAt(subject.payload, field.slice(payloadPrefix.length))
  }
}

/** A value in a document as text, as PostgreSQL's `#>>` gives it; undefined if there is none. */
function valueAt(document: unknown, path: string): string | undefined {
  let value = document
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = Object.getOwnPropertyDescriptor(value, name)?.value
  }
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export const payloadPrefix = 'payload.'
const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g
