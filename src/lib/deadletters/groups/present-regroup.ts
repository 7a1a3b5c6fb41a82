import type {RegroupResult} from '#lib/deadletters/grouping/regroup.js'
import {renderTable} from '#lib/output/table.js'

/** What moves from which group to which, the most letters first. */
export function presentRegroup({examined, moved, moves}: RegroupResult, isDryRun: boolean): string {
  const summary = `${examined} letters examined, ${moved} ${isDryRun ? 'would move' : 'moved'}.`
  if (moves.length === 0) return summary
  const rows = moves
    .slice(0, mostShown)
    .map(({from, to, letters, template}) => [from, to, String(letters), cut(template)])
  const more = moves.length - rows.length
  return [
    renderTable(['from', 'to', {title: 'letters', align: 'right'}, 'in common'], rows),
    ...(more > 0 ? [`and ${more} more; --json tells all`] : []),
    '',
    summary,
  ].join('\n')
}

function cut(template: string): string {
  const flat = template.replaceAll(/\s+/g, ' ')
  return flat.length <= 70 ? flat : `${flat.slice(0, 69)}…`
}

const mostShown = 50
