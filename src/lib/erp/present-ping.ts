import {renderTable} from '#lib/output/table.js'
import type {Ping} from './ping.js'

/** One line a flow: who answered and how fast, or why nobody did. */
export function presentPings(pings: readonly Ping[]): string {
  return renderTable(
    ['flow', 'destination', 'latency', 'answer'],
    pings.map((ping) => [ping.flow ?? '-', ping.destination, ...verdict(ping)]),
  )
}

function verdict(ping: Ping): readonly string[] {
  if (ping.isReachable) return [`${ping.latencyMs} ms`, ping.system]
  return [ping.failure.code, ping.failure.text]
}
