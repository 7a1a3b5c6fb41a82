import {renderTable} from '#lib/output/table.js'
import {type Counts, differingOf, type Entry, keyClasses, type KeyClass, sendableOf} from './entry.js'
import type {Tally} from './make-plan.js'

/** How the keys stand, by class. */
export function presentTally({counts, keys, unknown, isTruncated, listFailure}: Tally): string {
  const table = renderTable(
    ['in SAP', {title: 'keys', align: 'right'}],
    keyClasses.filter((kind) => counts[kind] > 0).map((kind) => [className(kind), String(counts[kind])]),
  )
  return [
    ...(keys === 0 ? ['No keys.'] : [table]),
    ...(unknown.length === 0 ? [] : [`Not known here: ${listed(unknown)}.`]),
    ...(isTruncated ? ['SAP has more than were looked at; narrow it down with --prefix.'] : []),
    ...(listFailure === null ? [] : [`What only SAP has is not known: ${listFailure.text} (${listFailure.code}).`]),
    ...(counts.only_in_sap === 0 ? [] : ['What only SAP has stays there: nothing is ever deleted in SAP from here.']),
  ].join('\n')
}

/** Keys one by one, with the fields that differ. */
export function presentEntries(entries: readonly Entry[], more: number): string {
  const rows = entries.flatMap((entry) => {
    const [first = ['', '', ''], ...rest] = detailsOf(entry)
    const head = [entry.key, className(entry.class), entry.documentNumber ?? '']
    return [[...head, ...first], ...rest.map((details) => ['', '', '', ...details])]
  })
  const table = renderTable(['key', 'is', 'document', 'field', 'expected', 'in SAP'], rows)
  return more > 0 ? `${table}\nand ${more} keys more; --json with a higher --limit, or --out, has them` : table
}

/** What a plan comes to, in one line. */
export function verdictOf({counts, keys}: Pick<Tally, 'counts' | 'keys'>): string {
  const differing = differingOf(counts)
  if (keys === 0) return 'Nothing was compared.'
  if (differing === 0) return counts.equal === keys ? `All ${keys} are equal.` : 'None is known to differ.'
  return `${differing} of ${keys} differ; ${sendableOf(counts)} can be sent again.`
}

/** Counts in one line, while a comparison runs. */
export function progressOf({counts, keys}: {readonly counts: Counts; readonly keys: number}): string {
  return `${keys} compared, ${differingOf(counts)} differ`
}

function detailsOf(entry: Entry): readonly (readonly string[])[] {
  const {class: kind, differences, holds, blocking, letter, failure, next} = entry
  switch (kind) {
    case 'equal':
    case 'missing':
      return []
    case 'stale':
      return [
        [
          '',
          '',
          holds?.version === null ? `our older state (${holds.message})` : `our version ${holds?.version ?? ''}`,
        ],
        ...differences.map(fieldOf),
      ]
    case 'mismatch':
      return differences.map(fieldOf)
    case 'only_in_sap':
      return []
    case 'in_flight':
      return [[`${blocking?.state ?? ''}; type: ${next ?? ''}`, '', '']]
    case 'dead_letter':
      return [[`${letter?.code ?? 'not archived yet'}; type: ${next ?? ''}`, '', '']]
    case 'unreadable':
      return [[`${failure?.text ?? ''} (${failure?.code ?? ''})`, '', '']]
  }
}

function fieldOf({path, expected, inSap}: Entry['differences'][number]): readonly string[] {
  return [path, shown(expected), shown(inSap)]
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '(nothing)'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > mostShown ? `${text.slice(0, mostShown - 1)}…` : text
}

function className(kind: KeyClass): string {
  return kind.replaceAll('_', ' ')
}

function listed(names: readonly string[]): string {
  const first = names.slice(0, mostListed).join(', ')
  return names.length > mostListed ? `${first} and ${names.length - mostListed} more` : first
}

const mostShown = 40
const mostListed = 20
