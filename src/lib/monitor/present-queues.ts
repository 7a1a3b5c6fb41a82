import {ago} from '#lib/output/ago.js'
import {type Column, renderTable} from '#lib/output/table.js'
import type {QueueList, QueueRow} from './queues.js'

/** Flows and queues as tables. Empty delay queues are left out: there is one for every step of every flow. */
export function presentQueues({source, queues, flows, missing}: QueueList, now: Date): string {
  const shown = queues.filter(({queue, ready}) => ready > 0 || !queue.includes('.delay.'))
  return [
    renderTable(
      ['flow', number('under way'), number('delayed'), number('oldest')],
      flows.map(({flow, underWay, delayed, oldestAcceptedAt}) => [
        flow,
        String(underWay),
        String(delayed),
        oldestAcceptedAt ? ago(oldestAcceptedAt, now) : '–',
      ]),
    ),
    '',
    renderTable(
      ['queue', ...['ready', 'unacked', 'stuck', 'consumers', 'in/s', 'out/s'].map(number)],
      shown.map(queueCells),
    ),
    ...missing.map((queue) => `Missing: ${queue}. Type: erpsync topology declare`),
    ...(source.kind === 'passive' ? [`Without the management API (${source.reason}) some numbers are not known.`] : []),
  ].join('\n')
}

function queueCells(row: QueueRow): string[] {
  const {queue, ready, unacknowledged, stuck, consumers, publishPerSecond, ackPerSecond} = row
  const numbers = [ready, unacknowledged, stuck, consumers].map((count) => (count === null ? '?' : String(count)))
  const rates = [publishPerSecond, ackPerSecond].map((rate) => (rate === null ? '?' : rate.toFixed(1)))
  return [queue, ...numbers, ...rates]
}

function number(title: string): Column {
  return {title, align: 'right'}
}
