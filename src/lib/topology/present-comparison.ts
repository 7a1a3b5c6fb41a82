import type {ComparisonResult} from './compare.js'
import type {Difference} from './diff.js'

/** The differences, one a line. */
export function presentComparison({compared, differences, reason}: ComparisonResult): string {
  return [
    ...differences.map(toLine),
    differences.length === 0 ? 'No differences.' : `${differences.length} differences.`,
    ...(compared === 'existence' ? [`Only the existence of exchanges and queues was compared: ${reason}.`] : []),
  ].join('\n')
}

function toLine(difference: Difference): string {
  switch (difference.kind) {
    case 'missing':
      return `missing ${difference.object} ${difference.name}`
    case 'different':
      return `different ${difference.object} ${difference.name}: ${difference.argument} is ${shown(difference.current)}, wanted ${shown(difference.wanted)}`
    case 'extra':
      return `extra ${difference.object} ${difference.name}`
    case 'missing_binding':
    case 'extra_binding':
      return `${difference.kind === 'missing_binding' ? 'missing' : 'extra'} binding ${difference.exchange} -> ${difference.queue} (key "${difference.routingKey}")`
  }
}

function shown(value: unknown): string {
  if (value === null) return 'not set'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
