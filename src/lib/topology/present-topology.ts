import {renderTable} from '#lib/output/table.js'
import type {Arguments, Topology, WantedObject} from './wanted.js'

/** The wanted objects as a table, in declare order. */
export function presentTopology({objects}: Topology): string {
  return renderTable(['kind', 'name', 'arguments'], objects.map(toRow))
}

function toRow(object: WantedObject): readonly string[] {
  switch (object.kind) {
    case 'exchange':
      return [`${object.type} exchange`, object.name, argumentLines(object.arguments)]
    case 'queue':
      return ['queue', object.name, argumentLines(object.arguments)]
    case 'binding':
      return ['binding', `${object.exchange} -> ${object.queue}`, object.routingKey && `key: ${object.routingKey}`]
  }
}

function argumentLines(args: Arguments): string {
  return Object.entries(args)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}
